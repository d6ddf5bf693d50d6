/** A way to send, in a process of its own, and the other end of what it sends. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { PeerConnection, type Track } from 'node-datachannel';
import { memoryArguments } from '../../../server/own-gateway/memory.mjs';
import { cpuTime } from '../measure/cpu.ts';
import type { Way } from './sender-program.ts';

interface Told {
  readonly offer?: string;
  readonly ready?: boolean;
}

export class SenderProcess {
  readonly #child: ChildProcess;
  readonly #peers: PeerConnection[] = [];
  readonly #tracks: Track[] = [];
  /** Packets that have come by WebRTC. */
  received = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** @param port where datagrams go that are sent without WebRTC @param module that sends in batches */
  static async start(way: Way, port: number, module: string): Promise<SenderProcess> {
    const program = path.join(import.meta.dirname, 'sender-program.ts');
    const child = fork(program, [way, `${port}`, module], {
      execArgv: [...memoryArguments, '--import', 'tsx'],
    });
    const process = new SenderProcess(child);
    await new Promise<void>((resolve, reject) => {
      child.on('message', (told: Told) => {
        if (told.offer !== undefined) void process.#answer(told.offer);
        if (told.ready) resolve();
      });
      child.once('exit', (code) => reject(new Error(`the sender ended with ${code}`)));
    });
    return process;
  }

  /** ms */
  get cpu(): number {
    return cpuTime(this.#child.pid ?? 0);
  }

  goOn(): void {
    this.#child.send('on');
  }

  rest(): void {
    this.#child.send('off');
  }

  async close(): Promise<void> {
    const exit = once(this.#child, 'exit');
    this.#child.disconnect();
    await exit;
    for (const peer of this.#peers) peer.close();
  }

  async #answer(offer: string): Promise<void> {
    const peer = new PeerConnection('receiver', {
      ...{ iceServers: [], bindAddress: '127.0.0.1', disableAutoNegotiation: true },
      forceMediaTransport: true,
    });
    this.#peers.push(peer);
    peer.onTrack((track) => {
      track.onMessage(() => (this.received += 1));
      this.#tracks.push(track); // Else it is forgotten.
    });
    const gathered = new Promise<void>((resolve) => {
      peer.onGatheringStateChange((state) => {
        if (state === 'complete') resolve();
      });
    });
    peer.setRemoteDescription(offer, 'offer');
    peer.setLocalDescription('answer');
    await gathered;
    this.#child.send({ answer: peer.localDescription()?.sdp });
  }
}
