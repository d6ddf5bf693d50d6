/** The operator's side: watch zones, and be told when media comes and goes. */
import { may } from '../contract/policy.ts';
import { RefusedError } from '../contract/errors.ts';
import type { Parsed, Response } from '../contract/events.ts';
import type { Tile } from '../contract/tile.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { MediaConsumer } from '../media/consumer.ts';
import { iceServersFor } from '../media/ice-servers.ts';
import type { MediaProducer } from '../media/producer.ts';
import type { Context } from './context.ts';
import { updateDemand } from './demand.ts';
import { demandMay } from './permission.ts';
import { isWaking, riseAfresh, viewOf } from './rising.ts';
import { watchersOf } from './feeds.ts';
import { breakOff, offerAll, offerNew, type Offered } from './offering.ts';
import { began, ended } from './participation.ts';
import type { Session } from './session.ts';

/** Answers `watch`: joins, changes zones or returns, and says everything the client is to have. */
export async function watch(
  context: Context,
  session: Session,
  request: Parsed<'watch'>,
): Promise<Response<'watch'>> {
  if (session.filming) {
    throw new RefusedError('invalid-request', 'watch: this session is a camera; send leave first.');
  }
  const { tiles, forbidden } = permitted(session, request.tiles);
  const wanted = new Set(tiles.map(({ zone }) => zone));
  context.limits.join(session, wanted, context.sessions.values());
  session.rtpCapabilities = request.rtpCapabilities;
  const before = new Set(session.watching.keys());
  for (const zone of session.watching.keys()) {
    if (!wanted.has(zone)) stopWatching(context, session, zone);
  }
  const recorded = tiles.map((tile) => join(context, session, tile));
  try {
    // Nobody watches without a record of it; it is written while the media is prepared.
    const [transport] = await Promise.all([
      keepOrOpen(context, session, request, wanted),
      ...recorded,
    ]);
    const offered = await reconcile(context, session);
    for (const zone of wanted) updateDemand(context, zone);
    const zones = tiles.map(({ zone }) => context.zones.summary(zone));
    return { zones, forbidden, ...offered, ...(transport ? { transport } : {}) };
  } catch (error) {
    // What it watched before it goes on watching: only this request is refused.
    for (const zone of wanted) if (!before.has(zone)) stopWatching(context, session, zone);
    throw error;
  }
}

/** Parts tiles by whether their zones may be watched. @throws RefusedError `forbidden` when none may */
function permitted(session: Session, tiles: Tile[]): { tiles: Tile[]; forbidden: ZoneId[] } {
  const { principal } = session.caller;
  const allowed = tiles.filter(({ zone }) => may(principal, 'zone:watch', zone));
  const forbidden = tiles.filter((tile) => !allowed.includes(tile)).map(({ zone }) => zone);
  if (allowed.length === 0) demandMay(session, 'zone:watch', forbidden[0] ?? '');
  return { tiles: allowed, forbidden };
}

/**
 * Answers `view`: shows watched zones otherwise than before, and names those that are not watched.
 * @throws RefusedError `not-joined` when none is
 */
export async function view(
  context: Context,
  session: Session,
  requested: Tile[],
): Promise<Response<'view'>> {
  const tiles = requested.filter(({ zone }) => session.watching.has(zone));
  const unwatched = requested.filter((tile) => !tiles.includes(tile)).map(({ zone }) => zone);
  if (tiles.length === 0) {
    throw new RefusedError('not-joined', `view: ${unwatched[0]} is not watched; send watch first.`);
  }
  const rising = tiles.filter((tile) => isWaking(context, session, tile));
  await Promise.all(rising.map((tile) => riseAfresh(context, session, tile)));
  for (const tile of tiles) {
    const part = session.watching.get(tile.zone);
    if (part) part.tile = tile;
  }
  await showAll(context, session, new Set(tiles.map(({ zone }) => zone)));
  // Last, so that the key frame with which a camera wakes finds the way open.
  for (const { zone } of tiles) updateDemand(context, zone);
  return { unwatched };
}

/** Takes a session out of a zone; its transport is kept, since other zones go on using it. */
export function stopWatching(context: Context, session: Session, zone: ZoneId): void {
  const part = session.watching.get(zone);
  if (!part) return;
  session.watching.delete(zone);
  for (const [producerId, consumer] of session.consumers) {
    if (consumer.parameters.zone !== zone) continue;
    session.consumers.delete(producerId);
    consumer.close();
  }
  for (const [producerId, refusal] of session.refused) {
    if (refusal.zone === zone) session.refused.delete(producerId);
  }
  context.zones.leave(zone, session.id);
  updateDemand(context, zone);
  ended(context, session, { role: 'operator', zone, since: part.since });
}

/** @returns when it is kept that the zone is watched */
async function join(context: Context, session: Session, tile: Tile): Promise<void> {
  const part = session.watching.get(tile.zone);
  if (part) part.tile = tile;
  else session.watching.set(tile.zone, { since: Date.now(), tile, latencyCounted: 0 });
  context.zones.join(tile.zone, session.id);
  if (!part) await began(context, session, 'operator', tile.zone);
}

async function keepOrOpen(
  context: Context,
  session: Session,
  request: Parsed<'watch'>,
  zones: Set<ZoneId>,
) {
  const held = session.transport;
  if (held && !held.closed && held.id === request.transportId) return undefined;
  session.closeTransport();
  const transport = await context.sfu.openForViewer(
    [...zones],
    iceServersFor(context.settings, session.relayHolder),
  );
  session.transport = transport;
  context.culprits.follow(transport, session, 'operator');
  transport.onConnected = () => {
    for (const zone of session.watching.keys()) updateDemand(context, zone);
  };
  transport.onLost = (reason) => {
    if (session.transport !== transport) return;
    session.closeTransport();
    if (reason === 'worker-died') session.notify('rejoin', { reason: 'media-worker-died' });
  };
  return transport.parametersFor(session.via);
}

/** Forgets consumers that ended, shows the others as wanted, makes the missing ones, and lists all. */
async function reconcile(context: Context, session: Session): Promise<Offered> {
  for (const [producerId, { closed }] of session.consumers) {
    if (closed) session.consumers.delete(producerId);
  }
  await showAll(context, session, new Set(session.watching.keys()));
  const offered = await offerAll(context, session);
  if (!session.transport || session.transport.closed) {
    throw new RefusedError('unavailable', 'The media worker is being replaced; try again shortly.');
  }
  return offered;
}

async function showAll(context: Context, session: Session, zones: Set<ZoneId>): Promise<void> {
  await Promise.all(
    [...session.consumers.values()].map(async (consumer) => {
      const { zone, producerId } = consumer.parameters;
      const part = session.watching.get(zone);
      const producer = context.feeds.of(zone).find(({ id }) => id === producerId);
      if (!part || !producer || !zones.has(zone)) return;
      await eachByItself(context, session, consumer, () =>
        consumer.show(viewOf(part.tile, producer)),
      );
    }),
  );
}

/** What one consumer cannot do is that feed's trouble, and stops nothing else that was asked for. */
async function eachByItself(
  context: Context,
  session: Session,
  consumer: MediaConsumer,
  act: () => Promise<void>,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    breakOff(context, session, consumer, error);
  }
}

/** Hands a new producer to everyone who watches its zone. */
export function announceLive(context: Context, zone: ZoneId, producer: MediaProducer): void {
  for (const session of watchersOf(context, zone)) {
    void session.enqueue(() => offerNew(context, session, { zone, producer }));
  }
}

/** Tells everyone who watches a zone that a producer ended. */
export function announceGone(context: Context, zone: ZoneId, producerId: string): void {
  for (const session of watchersOf(context, zone)) {
    const consumer = session.consumers.get(producerId);
    if (!session.refused.delete(producerId) && !consumer) continue;
    session.consumers.delete(producerId);
    consumer?.close();
    // The camera has moved ahead; its viewers follow, and keep the last frame until then.
    if (context.drain.active) continue;
    session.notify('producer:gone', {
      zone,
      consumerIds: consumer ? [consumer.parameters.id] : [],
    });
  }
}

/**
 * Answers `consumer:resume`, and names those that are gone: a camera may leave at any time.
 * @throws RefusedError `not-found` when none is there
 */
export async function resume(
  context: Context,
  session: Session,
  consumerIds: string[],
): Promise<Response<'consumer:resume'>> {
  const held = new Map([...session.consumers.values()].map((one) => [one.parameters.id, one]));
  const consumers = consumerIds.flatMap((id) => held.get(id) ?? []).filter(({ closed }) => !closed);
  if (consumers.length === 0) {
    throw new RefusedError('not-found', 'This session has no such consumer.');
  }
  await Promise.all(
    consumers.map((consumer) => eachByItself(context, session, consumer, () => consumer.ready())),
  );
  const resumed = new Set(
    consumers.filter(({ closed }) => !closed).map(({ parameters }) => parameters.id),
  );
  return { gone: consumerIds.filter((id) => !resumed.has(id)) };
}
