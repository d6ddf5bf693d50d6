/** Encoders and players that are programs of their own, which nobody here wrote, against a door of the server. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startCompanion, type Companion } from '../process.ts';

export type EncoderCodec = 'VP8' | 'H264';

/** Where a client goes, and with which key. */
export interface Door {
  readonly url: string;
  readonly key: string;
}

/** What a player has decoded so far. */
export interface Decoded {
  readonly frames: number;
  /** How many of them differ. */
  readonly pictures: number;
  readonly width: number;
  readonly height: number;
}

export interface ProgramPeer extends Companion {
  /** The address of its resource. */
  readonly resource: () => string;
  /** Of a player: undefined before the first ten frames. */
  readonly decoded: () => Decoded | undefined;
}

const folder = import.meta.dirname;
const python = '/usr/bin/python3'; // Debian's, which has the packages
const ball =
  'videotestsrc is-live=true pattern=ball ! video/x-raw,width=640,height=360,framerate=25/1';
const pipelines: Record<EncoderCodec, string> = {
  VP8: `${ball} ! vp8enc deadline=1 keyframe-max-dist=60 target-bitrate=600000 ! rtpvp8pay pt=96 picture-id-mode=15-bit ! application/x-rtp,media=video,encoding-name=VP8,payload=96`,
  H264: `${ball} ! videoconvert ! x264enc tune=zerolatency speed-preset=ultrafast bitrate=600 key-int-max=60 ! video/x-h264,profile=constrained-baseline ! rtph264pay pt=96 config-interval=-1 aggregate-mode=zero-latency ! application/x-rtp,media=video,encoding-name=H264,payload=96`,
};

/** `webrtcbin` of GStreamer, or aiortc, each by a script that does no more than ask for its resource. */
export async function startScript(
  program: 'webrtcbin' | 'aiortc_peer',
  role: 'publish' | 'play',
  { url, key }: Door,
  codec: EncoderCodec,
): Promise<ProgramPeer> {
  const script = path.join(folder, `${program}.py`);
  const args = [script, role, url, key, codec];
  return asPeer(await startCompanion(python, args, (output) => /"connected"/.test(output)));
}

/** Debian's `whip-client`. */
export async function startWhipClient(
  { url, key }: Door,
  codec: EncoderCodec,
): Promise<ProgramPeer> {
  const libraries = mkdtempSync(path.join(tmpdir(), 'no-upnp-'));
  const library = path.join(libraries, 'libgupnp-igd-1.0.so.4');
  const source = path.join(folder, 'no-upnp.c');
  execFileSync('gcc', [
    '-shared',
    '-fPIC',
    '-Wl,-soname,libgupnp-igd-1.0.so.4',
    '-o',
    library,
    source,
  ]);
  const args = ['--url', url, '--token', key, '--disable-colors', '--video', pipelines[codec]];
  const connected = (output: string): boolean => output.includes('PeerConnection connected');
  const env = { ...process.env, LD_LIBRARY_PATH: libraries };
  try {
    const client = await startCompanion('whip-client', args, connected, env);
    return asPeer({
      ...client,
      // It takes its leave on SIGINT alone.
      async stop() {
        client.process.kill('SIGINT');
        await new Promise((resolve) => client.process.once('exit', resolve));
      },
    });
  } finally {
    rmSync(libraries, { recursive: true }); // loaded by now
  }
}

function asPeer(companion: Companion): ProgramPeer {
  const facts = (): Record<string, unknown>[] =>
    companion
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    ...companion,
    resource: () =>
      /Resource URL: (\S+)/.exec(companion.output())?.[1] ??
      `${facts().find(({ location }) => location)?.location as string}`,
    decoded: () => facts().findLast(({ frames }) => frames !== undefined) as Decoded | undefined,
  };
}
