/** The least CPU that sending one packet can take on this machine: a C loop of sendmsg, compiled here. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { compile, type Program } from '../load/compile.ts';
import type { Contender, Turn } from './contender.ts';

const source = path.join(import.meta.dirname, 'sendmsg.c');
const packets = 300_000;
const run = promisify(execFile);

export class Sendmsg implements Contender {
  readonly #program: Program;
  readonly #viewers: number;
  readonly #size: number;

  private constructor(program: Program, viewers: number, size: number) {
    this.#program = program;
    this.#viewers = viewers;
    this.#size = size;
  }

  /** @param size bytes of UDP payload */
  static async compile(viewers: number, size: number): Promise<Sendmsg> {
    return new Sendmsg(await compile(source), viewers, size);
  }

  async turn(): Promise<Turn> {
    const { stdout } = await run(this.#program.path, [
      `${this.#viewers}`,
      `${packets}`,
      `${this.#size}`,
    ]);
    return { perPacket: Number(stdout), loss: 0 };
  }

  close(): void {
    this.#program.remove();
  }
}
