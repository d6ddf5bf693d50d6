/** One run of ffmpeg that is fed and read as it goes: however it ends, that is told once, in words. */
import type { ChildProcess } from 'node:child_process';
import { messageOf } from '../../server/contract/errors.ts';
import { LastWords } from './last-words.ts';

export interface FfmpegRunEvents {
  /** What it gives. It throws for what makes no sense, which ends the run. */
  output(bytes: Buffer): void;
  /** It is time to look whether anything still comes. */
  look(): void;
  /** Once, and nothing after it; in words. */
  failed(reason: string): void;
}

export class FfmpegRun {
  readonly #child: ChildProcess;
  readonly #events: FfmpegRunEvents;
  readonly #closed: Promise<void>;
  readonly #words = new LastWords();
  readonly #timer: NodeJS.Timeout;
  #ended = false;

  /** @param every between two looks, ms */
  constructor(child: ChildProcess, every: number, events: FfmpegRunEvents) {
    this.#child = child;
    this.#events = events;
    this.#closed = new Promise((resolve) => child.once('close', () => resolve()));
    child.once('error', (error) => this.#fail(messageOf(error)));
    child.once('close', (code, signal) => {
      this.#fail(this.#words.text ?? `ffmpeg ended with ${signal ?? `code ${code}`}`);
    });
    child.stdin?.on('error', () => undefined); // Its end tells.
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#words.add(text));
    child.stdout?.on('data', (bytes: Buffer) => this.#read(bytes));
    this.#timer = setInterval(() => events.look(), every);
  }

  get ended(): boolean {
    return this.#ended;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Bytes that it has not taken yet. */
  get waiting(): number {
    return this.#child.stdin?.writableLength ?? 0;
  }

  write(...parts: readonly Buffer[]): void {
    const { stdin } = this.#child;
    if (this.#ended || !stdin) return;
    stdin.cork();
    for (const part of parts) stdin.write(part);
    stdin.uncork();
  }

  /** Nothing has come for so long, ms: it ends. */
  hung(time: number): void {
    const words = this.#words.text;
    this.#fail(`nothing came of ffmpeg for ${time} ms${words === undefined ? '' : `: ${words}`}`);
  }

  /** Ends it at once; done when it is gone. */
  async close(): Promise<void> {
    this.#end();
    await this.#closed;
  }

  #read(bytes: Buffer): void {
    if (this.#ended) return;
    try {
      this.#events.output(bytes);
    } catch (error) {
      this.#fail(`what ffmpeg gives makes no sense: ${messageOf(error)}`);
    }
  }

  #fail(reason: string): void {
    if (this.#ended) return;
    this.#end();
    this.#events.failed(reason);
  }

  #end(): void {
    this.#ended = true;
    clearInterval(this.#timer);
    this.#child.kill('SIGKILL');
  }
}
