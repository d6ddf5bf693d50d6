/** One TLS connection between two nodes, as frames; closed when the other end is silent, slow, or speaks nonsense. */
import type { TLSSocket } from 'node:tls';
import type { z } from 'zod';
import { Lines } from './frames.ts';

/** What waits to be sent when the other end reads too slowly, bytes. */
const mostWaiting = 8_000_000;

/** Frames go out as they are, and come in as a schema reads them; what it does not know is passed over. */
export class Connection<In, Out extends { readonly type: string }> {
  onFrame: (frame: In) => void = () => {};
  /** Told once. */
  onClosed: (reason: string) => void = () => {};
  /** Told of each frame that is not understood. */
  onUnknown: () => void = () => {};
  readonly #socket: TLSSocket;
  readonly #lines = new Lines();
  readonly #silence: NodeJS.Timeout;
  #reason = 'it was closed';
  #closed = false;

  /** @param longestSilence ms */
  constructor(socket: TLSSocket, frames: z.ZodType<In>, longestSilence: number) {
    this.#socket = socket;
    socket.setNoDelay(true);
    this.#silence = setTimeout(
      () => this.close(`it was silent for ${longestSilence} ms`),
      longestSilence,
    );
    socket.on('data', (chunk: Buffer) => {
      this.#silence.refresh();
      for (const line of this.#cut(chunk)) {
        if (this.#closed) return;
        const frame = frames.safeParse(parseJson(line));
        if (frame.success) this.onFrame(frame.data);
        else this.onUnknown();
      }
    });
    socket.on('error', (error) => this.close(error.message));
    socket.on('close', () => this.close('it was closed'));
  }

  get closed(): boolean {
    return this.#closed;
  }

  send(frame: Out): void {
    if (this.#closed) return;
    this.#socket.write(`${JSON.stringify(frame)}\n`);
    if (this.#socket.writableLength > mostWaiting) this.close('it reads too slowly');
  }

  close(reason = this.#reason): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#silence);
    this.#socket.destroy();
    this.onClosed(reason);
  }

  #cut(chunk: Buffer): string[] {
    try {
      return this.#lines.take(chunk);
    } catch (error) {
      this.close(String(error));
      return [];
    }
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
