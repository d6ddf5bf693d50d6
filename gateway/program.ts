/** One run of the gateway: its parts put together, and their end. */
import type { Logger } from 'pino';
import type { SiteCamera } from '../server/contract/gateway.ts';
import { testCamera } from './camera-test.ts';
import type { StreamName } from './camera/layers.ts';
import type { LifeParts, StreamWay } from './camera/life-parts.ts';
import { PasswordBudget } from './camera/password-budget.ts';
import type { Config } from './config.ts';
import { Console } from './console.ts';
import { serveHealth } from './health.ts';
import { Memory } from './memory.ts';
import { Metrics } from './metrics.ts';
import { codecs } from './rtp/codecs.ts';
import { Networks } from './rtsp/networks.ts';
import { rtspSource } from './rtsp/rtsp-source.ts';
import { cameraDevice } from './onvif/camera-device.ts';
import { OnvifDevice } from './onvif/device.ts';
import { finding } from './onvif/find.ts';
import { readinessOf } from './readiness.ts';
import { pinned } from './server-trust.ts';
import { Site } from './site.ts';
import { CameraStill } from './stills/camera-still.ts';
import { JpegMaker } from './stills/jpeg-maker.ts';
import type { Encoder } from './transcoder/encoder.ts';
import { findFfmpeg, type FfmpegHere } from './transcoder/ffmpeg.ts';
import { MaskShape } from './transcoder/mask-shape.ts';
import { aspectOf } from './transcoder/transcode-for.ts';
import { Transcoding } from './transcoder/transcoding.ts';
import { Uplink } from './upload/uplink.ts';
import { version } from './version.ts';

/** IPv6 and UDP, bytes. */
const headers = 48;

export interface Program {
  /** A fault that nobody has caught. @returns whether it was one camera's, and is dealt with */
  blame(error: unknown): boolean;
  /** Ends sessions with cameras, and gives zones back. */
  stop(): Promise<void>;
}

/** @throws ConfigError */
export async function startProgram(config: Config, log: Logger): Promise<Program> {
  const { server, key, ca, fingerprint, name } = config;
  const networks = new Networks(config.networks);
  const agent = fingerprint === undefined ? undefined : pinned(fingerprint);
  const memory = new Memory(config.state_folder, log);
  const uplink = new Uplink({ url: server, key, ca, agent, mtu: config.mtu - headers });
  const ffmpeg = await findFfmpegAndTell(log);
  const settingOf = (camera: SiteCamera): SiteCamera['transcode'] =>
    config.transcode === 'never' ? 'never' : camera.transcode;
  const wayOf =
    (camera: SiteCamera, shape = new MaskShape()) =>
    (stream: StreamName): StreamWay => {
      const { user, password, transport, ca, fingerprint } = camera;
      const url = stream === 'main' ? camera.url : (camera.sub ?? camera.url);
      let hears = true;
      const transcoding = new Transcoding(
        ffmpeg,
        settingOf(camera),
        stream === 'main' ? shape : shape.ofSub,
      );
      return {
        open: transcoding.around(
          rtspSource({
            ...{ url, user, password, transport, networks, accepts: Object.keys(codecs) },
            trust: { ca, fingerprint },
            sound: { wanted: () => camera.audio && hears, ffmpeg },
          }),
        ),
        setMasks: (masks, how) => transcoding.setMasks(masks, how),
        cover: (until) => transcoding.cover(until),
        wantKey: () => transcoding.wantKey(),
        wantSound: (wanted) => (hears = wanted),
      };
    };
  const shapeFor = (camera: SiteCamera): MaskShape => {
    const { main } = memory.knownOf(camera)?.streams ?? {};
    return new MaskShape(memory.shapeOf(camera.zone), main && aspectOf(main));
  };
  const jpegs = new JpegMaker(ffmpeg);
  const stills = (): CameraStill | undefined =>
    'missing' in ffmpeg ? undefined : new CameraStill(jpegs);
  const site = new Site(config.cameras, {
    partsFor: (camera) => ({
      ...deviceOf(camera, networks, () => console.changed()),
      streamWay: wayOf(camera, shapeFor(camera)),
      openUpload: uplink.open,
      canMask: Transcoding.canMask(ffmpeg, settingOf(camera)),
      stills: stills(),
    }),
    memory,
    changed: () => console.changed(),
    log,
  });
  const console = new Console(uplink.gateway(), {
    ...{ name, version, log },
    reports: () => site.reports,
    find: finding(networks),
    set: (cameras) => site.set(cameras),
    // What sound it has is known without listening.
    test: (camera) => testCamera(camera, wayOf({ ...camera, audio: false }), stills()),
  });
  site.start();
  const metrics = new Metrics();
  const health =
    config.health &&
    (await serveHealth(config.health, {
      health: () => {
        const { connected, refusal } = console;
        const { reports } = site;
        return { version, name, ...readinessOf({ connected, refusal, reports }) };
      },
      metrics: {
        contentType: metrics.contentType,
        render: () =>
          metrics.render({ lives: () => site.lives, connected: () => console.connected }),
      },
    }));
  log.info({ name, version, server, cameras: site.reports.length }, 'gateway ready');
  return {
    blame: (error) => site.blame(error),
    async stop() {
      console.close();
      await site.close();
      memory.flush();
      uplink.close();
      agent?.destroy();
      health?.close();
    },
  };
}

function deviceOf(
  camera: SiteCamera,
  networks: Networks,
  clockKnown: () => void,
): Pick<LifeParts, 'budget' | 'device'> {
  const { onvif, user, password, ca, fingerprint, enabled } = camera;
  if (!onvif || !enabled) return {};
  const budget = new PasswordBudget();
  const device = new OnvifDevice({
    ...{ url: onvif.url, user, password, networks },
    ...{ trust: { ca, fingerprint }, budget: budget.share(), clockKnown },
  });
  return { budget, device: cameraDevice(camera, device) };
}

async function findFfmpegAndTell(log: Logger): Promise<FfmpegHere> {
  const found = await findFfmpeg();
  if ('missing' in found) {
    log.info({ reason: found.missing }, 'nothing is transcoded or masked');
    return found;
  }
  const { version, encoder, unusable } = found;
  log.info({ ffmpeg: version, encoder: encoder.name, unusable }, 'what is transcoded or masked');
  const fellBack = ({ name }: Encoder, reason: string): void =>
    log.warn({ encoder: name, reason }, 'an encoder has failed; software is used in its place');
  return { ...found, fellBack };
}
