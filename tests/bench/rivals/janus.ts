/**
 * Janus, the peer that many would take instead: Debian's, with its streaming plug-in, which takes a feed
 * as plain RTP and forwards it to WebRTC viewers.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PeerConnection, type Track } from 'node-datachannel';
import type { Clip } from '../../support/peers/clip.ts';
import { ClipPlayer, payloadType } from '../../support/peers/player.ts';
import { ReceivedStream } from '../../support/peers/received.ts';
import { isRtcp } from '../../../gateway/upload/rtp.ts';
import { freePort } from '../../support/server.ts';
import { pause } from '../measure/cpu.ts';
import { parseRtp } from '../../support/peers/rtp.ts';

const libraries = '/usr/lib/x86_64-linux-gnu/janus';
/**
 * Janus never offers a loopback address, so it runs in a network namespace of its own that has one more
 * address, out of those for benchmarks (RFC 2544 appendix C.2.2); packets to it go over loopback all the same.
 */
export const janusAddress = '198.18.0.1';
const answerTimeout = 10_000; // ms

interface Reply {
  janus: string;
  error?: { reason: string };
  data?: { id: number };
  plugindata?: { data: Record<string, unknown> };
  jsep?: { type: string; sdp: string };
  transaction?: string;
}

export class Janus {
  readonly process: ChildProcess;
  readonly #folder: string;
  readonly #url: string;
  readonly #feedPort: number;
  #session = 0;
  #polling = true;
  readonly #events = new Map<string, (event: Reply) => void>();

  private constructor(process: ChildProcess, folder: string, port: number, feedPort: number) {
    this.process = process;
    this.#folder = folder;
    this.#url = `http://127.0.0.1:${port}/janus`;
    this.#feedPort = feedPort;
  }

  /** Starts it with one mountpoint. */
  static async start(): Promise<Janus> {
    const [port, feedPort] = [await freePort(), await freePort(2)];
    const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-janus-'));
    configure(folder, port, feedPort);
    const child = spawn('janus', ['--configs-folder', folder, '--interface', '127.0.0.1'], {
      stdio: 'ignore',
    });
    const janus = new Janus(child, folder, port, feedPort);
    for (let attempt = 0; janus.#session === 0; attempt += 1) {
      try {
        janus.#session = (await janus.#post('', { janus: 'create' })).data?.id ?? 0;
      } catch (error) {
        if (attempt > 50 || child.exitCode !== null) throw error;
        await pause(100);
      }
    }
    void janus.#poll();
    return janus;
  }

  /** What sends a clip's top layer into the mountpoint. */
  feed(clip: Clip): ClipPlayer {
    const socket = createSocket('udp4').unref();
    return new ClipPlayer({ ...clip, layers: clip.layers.slice(-1) }, (packet) => {
      const port = isRtcp(packet) ? this.#feedPort + 1 : this.#feedPort;
      socket.send(Buffer.from(packet), port, '127.0.0.1');
      return true;
    });
  }

  /** Joins one viewer; resolves when DTLS is up. */
  async watch(): Promise<JanusWatcher> {
    const attached = await this.#post(`/${this.#session}`, {
      janus: 'attach',
      plugin: 'janus.plugin.streaming',
    });
    const handle = `/${this.#session}/${attached.data?.id}`;
    const offered = await this.#message(handle, { request: 'watch', id: 1 });
    const watcher = new JanusWatcher(offered.jsep?.sdp ?? '');
    const sdp = await watcher.answer();
    await this.#message(handle, { request: 'start' }, { type: 'answer', sdp });
    await watcher.connected();
    return watcher;
  }

  stop(): void {
    this.#polling = false;
    this.process.kill('SIGKILL'); // It keeps nothing that would have to be saved.
    rmSync(this.#folder, { recursive: true });
  }

  async #post(place: string, body: object): Promise<Reply> {
    const transaction = Math.random().toString(36).slice(2);
    const response = await fetch(`${this.#url}${place}`, {
      method: 'POST',
      body: JSON.stringify({ ...body, transaction }),
      signal: AbortSignal.timeout(answerTimeout),
    });
    const reply = (await response.json()) as Reply;
    if (reply.janus === 'error') throw new Error(`Janus: ${reply.error?.reason}`);
    return reply;
  }

  /** Sends to a plug-in, and waits for what it says to it. */
  #message(handle: string, body: object, jsep?: object): Promise<Reply> {
    const transaction = Math.random().toString(36).slice(2);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('Janus did not answer')), answerTimeout);
      this.#events.set(transaction, (event) => {
        clearTimeout(timer);
        this.#events.delete(transaction);
        resolve(event);
      });
      fetch(`${this.#url}${handle}`, {
        method: 'POST',
        body: JSON.stringify({ janus: 'message', body, ...(jsep ? { jsep } : {}), transaction }),
      }).catch(reject);
    });
  }

  async #poll(): Promise<void> {
    while (this.#polling) {
      try {
        const response = await fetch(`${this.#url}/${this.#session}?maxev=20`);
        for (const event of [(await response.json()) as Reply | Reply[]].flat()) {
          if (event.transaction && event.janus === 'event') {
            this.#events.get(event.transaction)?.(event);
          }
        }
      } catch (error) {
        if (this.#polling) throw error;
      }
    }
  }
}

/** A viewer of Janus, which counts like the light watcher. */
export class JanusWatcher {
  stream: ReceivedStream | undefined;
  readonly #connection: PeerConnection;
  #track: Track | undefined;

  constructor(offer: string) {
    this.#connection = new PeerConnection('janus', {
      iceServers: [],
      bindAddress: janusAddress,
      forceMediaTransport: true,
    });
    this.#connection.onTrack((track) => {
      this.#track = track;
      track.onMessage((packet) => this.#take(packet));
    });
    this.#connection.setRemoteDescription(offer, 'offer');
  }

  /** The answer, with all candidates in it. */
  async answer(): Promise<string> {
    while (this.#connection.gatheringState() !== 'complete') await pause(5);
    return this.#connection.localDescription()?.sdp ?? '';
  }

  async connected(): Promise<void> {
    const deadline = performance.now() + answerTimeout;
    while (this.#connection.state() !== 'connected') {
      if (performance.now() > deadline) throw new Error('no connection to Janus');
      await pause(5);
    }
  }

  close(): void {
    this.#track?.close();
    this.#connection.close();
  }

  #take(packet: Buffer): void {
    const rtp = isRtcp(packet) ? undefined : parseRtp(packet);
    if (!rtp) return;
    this.stream ??= new ReceivedStream(rtp.ssrc);
    this.stream.take(rtp, packet);
  }
}

/** Only what the comparison needs; the number of event loops is Janus' own advice for many viewers. */
function configure(folder: string, port: number, feedPort: number): void {
  const files: Record<string, string> = {
    'janus.jcfg': `
      general: {
        configs_folder = "${folder}"
        plugins_folder = "${libraries}/plugins"
        transports_folder = "${libraries}/transports"
        events_folder = "${libraries}/events"
        loggers_folder = "${libraries}/loggers"
        log_to_stdout = false
        debug_level = 0
        event_loops = 1
      }
      nat: { ice_enforce_list = "${janusAddress}" }
      plugins: { disable = "${otherPlugins}" }
      transports: { disable = "libjanus_websockets.so,libjanus_pfunix.so,libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_rabbitmq.so" }
    `,
    'janus.transport.http.jcfg': `
      general: { json = "compact"; base_path = "/janus"; http = true; port = ${port}; interface = "lo"; https = false }
      admin: { admin_http = false }
    `,
    'janus.plugin.streaming.jcfg': `
      feed: {
        type = "rtp"
        id = 1
        description = "feed"
        audio = false
        video = true
        videoiface = "127.0.0.1"
        videoport = ${feedPort}
        videortcpport = ${feedPort + 1}
        videopt = ${payloadType}
        videocodec = "vp8"
      }
    `,
  };
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
}
const otherPlugins = [
  'audiobridge',
  'duktape',
  'echotest',
  'lua',
  'nosip',
  'recordplay',
  'sip',
  'textroom',
  'videocall',
  'videoroom',
  'voicemail',
]
  .map((name) => `libjanus_${name}.so`)
  .join(',');
