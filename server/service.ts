/** Composition of all parts: start, and orderly stop. */
import { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { ViteDevServer } from 'vite';
import { openAccess } from './access/access.ts';
import { Audit } from './audit/audit.ts';
import { keepAudit } from './audit/keeper.ts';
import { Presence } from './audit/presence.ts';
import type { Settings } from './config.ts';
import { Health } from './health.ts';
import { openGateways } from './gateways/open-gateways.ts';
import { gatewaysAmong } from './gateways/other-gateways.ts';
import { createApp } from './http/app.ts';
import { limitConnections } from './http/connections.ts';
import { createHttp, listen, startVite } from './http/http-server.ts';
import { watchTls } from './http/tls-watch.ts';
import { loadTls, type TlsFiles } from './http/tls.ts';
import { Excess } from './limits/excess.ts';
import { MediaMeter } from './media/meter.ts';
import { mediaTrouble } from './media/media-trouble.ts';
import type { MediaPlane } from './media/plane.ts';
import { Sfu } from './media/sfu.ts';
import type { PoolEvents } from './media/worker-pool.ts';
import type { WorkerReport } from './media/worker-report.ts';
import { ample } from './capacity/capacity.ts';
import { Handovers } from './handover/handovers.ts';
import { happeningsOfSite } from './happenings-of-site.ts';
import { joinCluster } from './join-cluster.ts';
import { measureCapacity } from './measured-capacity.ts';
import { Metrics } from './metrics.ts';
import { News } from './news.ts';
import { ZoneCatalogue } from './zones/catalogue.ts';
import { ExpectedZones } from './zones/expected.ts';
import { rememberFilmed } from './filmed-zones.ts';
import type { ZoneRules } from './zones/zone.ts';
import { alone } from './zones/ownership.ts';
import { SharedTime } from './shared-time.ts';
import { sharedResources } from './shared-resources.ts';
import { answerPeers, sharedRights, tellPeers } from './shared-rights.ts';
import { stillsAmong } from './shared-stills.ts';
import { screensAmong, screensHere } from './screens/all-screens.ts';
import { Screens } from './screens/screens.ts';
import { Signaling } from './signaling/signaling.ts';
import { Starting, startTime } from './starting.ts';
import type { TakenStill } from './zones/stills.ts';
import type { ZoneId } from './contract/zone.ts';
import { openWhip } from './whip/open-whip.ts';
import { ZoneEvents } from './zone-events.ts';
import { CityArchive } from './city-map/archive.ts';
import { Plans } from './plans/plans.ts';
import { Views } from './views/views.ts';
import { Zones } from './zones/zones.ts';
import { timeOfDay } from './time.ts';
import { passesByItself } from './store/failure.ts';
import { openStore } from './store/store.ts';

/** How long requests under way may go on when the server stops, ms. */
const answering = 300;

export interface Service {
  readonly port: number;
  readonly tls: TlsFiles | undefined;
  /** For the link that makes the first administrator; undefined when there is one. */
  readonly setUpToken: string | undefined;
  readonly workerPids: () => number[];
  /** Which program the media workers are. */
  readonly workerProgram: WorkerReport;
  /** Gives up the port, and tells clients to move to another server; done when they have. */
  drain(): Promise<void>;
  /** Tells clients, closes sockets and workers; done in well under 3 s. */
  stop(): Promise<void>;
}

/** What of the SFU others use. */
export type MediaServer = MediaPlane & Omit<Sfu, keyof MediaPlane>;

/**
 * @param startMedia in place of the SFU, for a load that is not of media
 * @throws StartupError with a sentence for the person who starts it
 */
export async function startService(
  settings: Settings,
  log: Logger,
  development = false,
  startMedia: (...about: Parameters<typeof Sfu.start>) => Promise<MediaServer> = Sfu.start,
): Promise<Service> {
  const starting = new Starting(log);
  const withStore = <T>(work: () => Promise<T>): Promise<T> =>
    starting.tryFor('the database', passesByItself, work);
  const tls = settings.tls.enabled
    ? await starting.waitFor('the certificate', () => loadTls(settings.tls, startTime))
    : undefined;
  const cityArchive = CityArchive.open(settings.map.archive);
  const http = createHttp(tls, settings, log);
  const metrics = new Metrics();
  const excess = new Excess(log, (limit) => metrics.limited(limit));
  limitConnections(http, settings, excess);
  const meter = new MediaMeter(metrics);
  const store = await withStore(() =>
    openStore(settings.store, { log, failed: () => metrics.storeFailures.inc() }),
  );
  // Signalling comes after the media workers, and yet knows whose packets they tell of.
  const events: PoolEvents = {
    started: (worker) => meter.started(worker),
    hung: () => meter.hung(),
    dropped(dropped) {
      meter.dropped(dropped);
      signaling.sessions.dropped(dropped);
    },
    kept: (worker, kept) => meter.kept(worker, kept),
    ended(by) {
      meter.ended();
      signaling.sessions.workerEnded(by);
    },
  };
  const sfu = await starting.waitFor('the media workers', () =>
    startMedia(settings.media, log, events),
  );
  metrics.runs(sfu.program);
  const audit = new Audit(store, {
    lost: (error) => {
      metrics.recordsLost.inc();
      log.error({ err: error }, 'an end is not in the audit');
    },
  });
  const views = new Views(store, audit);
  const plans = new Plans(store, audit, cityArchive !== undefined);
  const zoneEvents = new ZoneEvents({
    ...{ store, retention: settings.audit.retention.filming, log },
    lost: () => metrics.eventsLost.inc(),
  });
  const { notice } = settings.privacy;
  const zones = new Zones(zoneRules(settings), notice, settings.zones.configured);
  const expected = new ExpectedZones({
    ...{ zones, shelf: store.filmedZones, now: timeOfDay },
    note: rememberFilmed(store, (number) => onChange(number)),
    failed: (error) => log.debug({ err: error }, 'zones that are filmed are not noted yet'),
  });
  const keeper = keepAudit(store, settings.audit.retention, log, {
    purgeToo: async (now) => {
      await zoneEvents.purge(now);
      await happenings.purge(now);
      await expected.purge(now);
    },
  });
  // Signalling comes after access, and yet is what looks again when rights have changed.
  const onChange = (number: number): void => {
    news.own(number);
    signaling.sessions.rights.changed(number);
    if (cluster) tellPeers(cluster.peers, number);
  };
  const lookAround = (): Promise<void> => news.look();
  const cluster = await joinCluster(settings, { zones, store, log }, sfu);
  const sharedTime = cluster && (await withStore(() => SharedTime.begin(store, log)));
  const sharedAttempts = cluster?.attempts;
  // Without cameras of its own nothing of it is loaded.
  const ownGateway =
    settings.gateway.cameras.length === 0
      ? undefined
      : new (await import('./own-gateway/own-gateway.ts')).OwnGateway(settings, log);
  const opened = await withStore(() =>
    openAccess(settings, { store, audit, sharedAttempts, log }, onChange),
  );
  const access = ownGateway ? { ...opened, gate: ownGateway.pass.around(opened.gate) } : opened;
  const measured = measureCapacity(settings, sfu, log, (rank) =>
    metrics.refusedJoins.inc({ rank }),
  );
  const ownership = cluster?.ownership ?? alone;
  const capacity = measured ?? ample;
  const own = new Screens();
  const all = cluster ? screensAmong(cluster.peers, own) : screensHere(own);
  const parts = {
    ...{
      screens: { own, all, views },
      zones,
      media: sfu,
      capacity,
      gate: access.gate,
      audit,
      zoneEvents,
    },
    ...{ lookAround, log, metrics, excess },
  };
  const gateways = openGateways(settings, { store, changes: access.changes, log });
  if (cluster) gateways.others = gatewaysAmong(cluster.peers, gateways);
  let stops = false;
  const happenings = happeningsOfSite({
    ...{ store, changes: access.changes, zones, zoneEvents, gateways, cluster, log },
    isLeaving: () => stops || signaling.sessions.draining,
  });
  const handovers = new Handovers({
    ...{ store, changes: access.changes, now: timeOfDay },
    happenings: (principal) => happenings.newestFor(principal),
  });
  const signaling = new Signaling(
    settings,
    {
      ...{ ...parts, ownership, happenings },
      elsewhere: () => cluster?.elsewhere(),
      others: cluster?.zoneNews,
      sharedRights: cluster && sharedRights(cluster, settings),
    },
    gateways,
  );
  const { stills, rules, guests } = signaling.sessions;
  const whip = openWhip(settings, {
    ...{ rules, guests, zones, media: sfu, excess, log },
    able: sfu.rtpCapabilities,
    draining: () => signaling.sessions.draining,
  });
  const takeStill = cluster
    ? stillsAmong(cluster.peers, stills)
    : (zone: ZoneId): Promise<TakenStill> => stills.of(zone);
  if (cluster) {
    cluster.sessions = signaling.sessions;
    const { peers } = cluster;
    const changed = (number: number): void => {
      news.lookSoon();
      signaling.sessions.rights.told(number);
    };
    answerPeers({ peers, store, gate: access.gate, changed });
  }
  if (measured) {
    measured.onLook = () => signaling.sessions.lookAtTiles();
    if (cluster) {
      cluster.room = measured;
      measured.elsewhere = (rank) => cluster.roomFor(rank);
    }
  }
  const catalogue = new ZoneCatalogue(
    { shelf: store.zones, changes: access.changes, zones },
    settings.zones.configured,
  );
  const lookAgain = async (): Promise<void> => {
    const kept = [catalogue, expected, gateways, happenings];
    await Promise.all(kept.map((one) => one.refresh()));
    await access.firstStart.lookAgain();
  };
  const counted = (number: number, asOf: number): void =>
    void signaling.sessions.rights.heard(number, asOf);
  await withStore(() => happenings.open());
  const news = await withStore(() => News.begin({ store, heard: lookAgain, counted, log }));
  expected.begin();
  const certificate =
    tls && http instanceof HttpsServer ? watchTls(http, tls, settings.tls, log) : undefined;
  const health = new Health();
  health.watch('certificate', () => certificate?.trouble);
  health.watch('media', () => mediaTrouble(sfu));
  health.watch('store', () => store.trouble);
  health.watch('clock', () => keeper.trouble);
  if (measured) health.watch('capacity', () => measured.trouble);
  if (cluster) {
    health.watch('cluster', () => cluster.trouble);
    health.watch('time', () => sharedTime?.trouble);
    health.watch('rights', () => signaling.sessions.rights.trouble);
  }
  if (ownGateway) health.watch('gateway', () => ownGateway.trouble);
  if (access.singleSignOn) health.watch('single-sign-on', () => access.singleSignOn?.trouble);
  health.watch('sessions', () =>
    signaling.sessions.draining
      ? { reason: 'The server drains: it takes no new sessions.', stopsJoins: true }
      : undefined,
  );
  const render = (): Promise<string> =>
    metrics.render({
      zones: () => zones.list(),
      resources: () => whip.resources.counts,
      draining: () => signaling.sessions.draining,
      health: () => health.report,
      recordsWaiting: () => audit.waiting,
      media: () => meter.update(),
      cluster: () => cluster?.figures,
      pressure: () => measured?.measures,
      loweredTiles: () => signaling.sessions.loweredTiles,
      certificateExpiry: () => certificate?.files.validUntil,
    });
  let vite: ViteDevServer | undefined;
  let presence: Presence | undefined;
  const close = async (): Promise<void> => {
    stops = true;
    // First, while it can still be told that its zones are given back.
    await ownGateway?.stop();
    certificate?.stop();
    measured?.close();
    // It closes the HTTP server too, once nobody is connected; but browsers keep connections open on which
    // they have asked nothing yet.
    whip.resources.close();
    await Promise.race([signaling.close(), pause(answering, undefined, { ref: false })]);
    http.closeAllConnections();
    await cluster?.leave();
    await sfu.close();
    await vite?.close();
    sharedTime?.close();
    news.close();
    await audit.settled();
    await zoneEvents.close();
    await happenings.close();
    await expected.close();
    await presence
      ?.end()
      .catch((error: unknown) => log.warn({ err: error }, 'the stop is not in the audit'));
    await keeper.stop();
    await access.stop();
    await store.close();
    cityArchive?.close();
  };
  try {
    presence = await withStore(() => Presence.begin(store, audit.run, log));
    if (development) vite = await startVite(http);
    const app = createApp({
      pageFacts: {
        rtpCapabilities: sfu.rtpCapabilities,
        codec: settings.media.codec,
        clustered: cluster !== undefined,
        publicUrl: settings.oidc.public_url,
        timeZone: settings.audit.time_zone || new Intl.DateTimeFormat().resolvedOptions().timeZone,
        get gateways() {
          return gateways.seen;
        },
        privacy: { watermark: settings.privacy.watermark },
      },
      health: () => ({
        ...{ ...health.report, joins: health.joins },
        details: { worker: workerDetails(sfu.program) },
      }),
      certified: () => certificate !== undefined && !certificate.files.selfSigned,
      metrics: {
        contentType: metrics.contentType,
        readers: settings.http.metrics_from,
        render,
      },
      api: {
        ...{ settings, access, audit, store, zoneEvents, log, excess },
        zones: catalogue,
        directory: zones,
        gateways,
        views,
        happenings,
        handovers,
        plans,
        cityArchive,
        resources: sharedResources({
          own: whip.resources,
          changes: access.changes,
          peers: cluster?.peers,
        }),
        takeStill,
        wallOpen: async () => (await all.list()).screens.some(({ page }) => page === 'wall'),
        activity: cluster
          ? () => cluster.activity.look()
          : async () => ({ activity: signaling.sessions.activity, unknownAt: [] }),
        cluster,
      },
      whip,
      vite,
    });
    http.on('request', app);
    await listen(http, settings.http);
  } catch (error) {
    await close();
    throw error;
  }
  signaling.attach(http);
  const { port } = http.address() as AddressInfo;
  ownGateway?.start({
    port,
    fingerprint: () =>
      certificate?.files.certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
  });
  return {
    port,
    tls,
    setUpToken: access.firstStart.token,
    workerPids: () => sfu.workerPids,
    workerProgram: sfu.program,
    async drain() {
      happenings.nodeDrains(settings.cluster.node);
      http.close(); // Open connections go on; the port is free for the server that takes over.
      await Promise.all([signaling.sessions.drain(), whip.resources.drain()]);
    },
    stop: close,
  };
}

/** For `/readyz`, which anybody may read: nothing of versions. */
function workerDetails({ kind, parts, lacks }: WorkerReport) {
  return { kind, parts, lacks: Object.values(lacks) };
}

function zoneRules({ camera, media }: Settings): ZoneRules {
  const { stalled_after: stalledAfter, claim_timeout: claimTimeout, linger } = camera;
  return {
    times: { stalledAfter, claimTimeout, linger, warmUp: camera.warm_up },
    usualBitRate: media.max_camera_bitrate,
    timeOfDay,
  };
}
