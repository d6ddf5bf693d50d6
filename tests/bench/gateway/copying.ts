/** Debian's ffmpeg, which takes a camera by RTSP and sends it on as RTP: one process a camera. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

export class Copying {
  readonly #processes: ChildProcess[] = [];
  readonly #sockets: Socket[] = [];
  /** RTP and RTCP packets that have come so far. */
  packets = 0;

  static async start(url: string, count: number): Promise<Copying> {
    const copying = new Copying();
    for (let index = 0; index < count; index += 1) await copying.#add(url);
    return copying;
  }

  get pids(): number[] {
    return this.#processes.flatMap(({ pid }) => pid ?? []);
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#processes.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const exit = once(child, 'exit');
        child.kill('SIGKILL');
        await exit;
      }),
    );
    for (const socket of this.#sockets) socket.close();
  }

  async #add(url: string): Promise<void> {
    const socket = createSocket('udp4');
    socket.on('message', () => (this.packets += 1));
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    this.#sockets.push(socket);
    const to = `rtp://127.0.0.1:${socket.address().port}?pkt_size=1200`;
    const child = spawn(
      'ffmpeg',
      [
        ...['-v', 'error', '-nostdin', '-rtsp_transport', 'tcp', '-i', url],
        ...['-c', 'copy', '-f', 'rtp', to],
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    this.#processes.push(child);
  }
}
