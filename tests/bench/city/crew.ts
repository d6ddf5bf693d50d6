/** Cameras and operators in a process of their own, and what they have heard. */
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';

/** What all of them have heard: messages of socket.io, and what is in them. */
export interface Heard {
  messages: number;
  bytes: number;
}

export interface Questions {
  /** A camera in each of these zones. */
  film: { readonly url: string; readonly zones: readonly string[] };
  /** An operator for each window, who watches its zones. */
  watch: { readonly url: string; readonly windows: readonly (readonly string[])[] };
  /** From now on, cameras of these zones, one after another, change so often in all; beside those of another name. */
  change: { readonly which: string; readonly perSecond: number; readonly zones: readonly string[] };
  count: Record<string, never>;
}

const program = path.join(import.meta.dirname, 'people.ts');

export class Crew {
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #lines: Interface;

  constructor() {
    const options = { stdio: ['pipe', 'pipe', 'inherit'] as ['pipe', 'pipe', 'inherit'] };
    const child = spawn(process.execPath, ['--import', 'tsx', program], options);
    this.#process = child;
    this.#lines = createInterface({ input: child.stdout });
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  async film(url: string, zones: readonly string[]): Promise<void> {
    await this.#ask('film', { url, zones });
  }

  async watch(url: string, windows: readonly (readonly string[])[]): Promise<void> {
    await this.#ask('watch', { url, windows });
  }

  async change(which: string, perSecond: number, zones: readonly string[]): Promise<void> {
    await this.#ask('change', { which, perSecond, zones });
  }

  /** @throws Error when one of them has lost its socket, or was refused something */
  async count(): Promise<Heard> {
    return (await this.#ask('count', {})) as Heard;
  }

  close(): void {
    this.#lines.close();
    this.#process.kill('SIGKILL'); // It keeps nothing.
  }

  /** One question after another. */
  async #ask<Q extends keyof Questions>(name: Q, about: Questions[Q]): Promise<unknown> {
    this.#process.stdin?.write(`${JSON.stringify({ name, about })}\n`);
    const next = await this.#answers.next();
    if (next.done === true) throw new Error('the process of cameras and operators has ended');
    const { answer, error } = JSON.parse(next.value) as { answer: unknown; error?: string };
    if (error !== undefined) throw new Error(error);
    return answer;
  }
}
