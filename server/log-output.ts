/**
 * Standard output for the log, so that a slow reader never holds the server up. What is not read waits in
 * memory up to a bound; beyond it lines are dropped and counted. Node's own streams would block (a terminal),
 * grow without bound (a pipe), or end for good at the first error (a file on a full disk).
 */
import { fstatSync, write as writeFile } from 'node:fs';

const largestBacklog = 1 << 20; // characters
const retryAfter = 500; // ms, when the disk is full
const standardOutput = 1;

type Done = (error: NodeJS.ErrnoException | null | undefined, written: number) => void;
type Put = (bytes: Buffer, done: Done) => void;

export class LogOutput {
  /** Called with how many lines were dropped, as soon as lines are taken again. */
  onResumed: (dropped: number) => void = () => {};
  readonly #put: Put;
  #waiting: string[] = [];
  #size = 0;
  #busy = false;
  #dropped = 0;
  #gone = false;
  #onEmpty: (() => void)[] = [];

  constructor(put: Put = chooseOutput()) {
    this.#put = put;
  }

  /** Takes a line, ended by a newline; returns at once. */
  write(line: string): void {
    if (this.#gone) return;
    if (this.#size + line.length > largestBacklog) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.push(line);
    this.#size += line.length;
    if (!this.#busy) this.#next();
  }

  /** Done when all is written, or after the deadline (ms). */
  async flush(deadline: number): Promise<void> {
    if (!this.#busy) return;
    await new Promise<void>((resolve) => {
      this.#onEmpty.push(resolve);
      setTimeout(resolve, deadline);
    });
  }

  #next(): void {
    if (this.#size === 0) {
      this.#busy = false;
      this.#onEmpty.splice(0).forEach((done) => done());
      const dropped = this.#dropped;
      this.#dropped = 0;
      if (dropped > 0) this.onResumed(dropped);
      return;
    }
    this.#busy = true;
    const text = this.#waiting.splice(0).join('');
    this.#send(Buffer.from(text), text.length);
  }

  #send(bytes: Buffer, size: number): void {
    this.#put(bytes, (error, written) => {
      if (error && !isPassing(error)) return this.#end();
      if (written < bytes.length) {
        const rest = bytes.subarray(written);
        if (!error) return this.#send(rest, size);
        setTimeout(() => this.#send(rest, size), retryAfter).unref();
        return;
      }
      this.#size -= size;
      this.#next();
    });
  }

  /** The reader is gone for good. Pictures are worth more than lines that nobody reads. */
  #end(): void {
    this.#gone = true;
    this.#waiting = [];
    this.#size = 0;
    this.#dropped = 0;
    this.#next();
  }
}

function isPassing({ code }: NodeJS.ErrnoException): boolean {
  return ['ENOSPC', 'EDQUOT', 'EIO', 'EAGAIN', 'EINTR', 'ENOMEM'].includes(code ?? '');
}

function chooseOutput(): Put {
  // Without a listener an error of either would end the process.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const kind = fstatSync(standardOutput);
  if (!kind.isFIFO() && !kind.isSocket() && !process.stdout.isTTY) {
    return (bytes, done) => writeFile(standardOutput, bytes, done);
  }
  const { _handle: handle } = process.stdout as { _handle?: { setBlocking?(on: boolean): void } };
  return (bytes, done) => {
    // Each time: Node opens a terminal blocking, so that Ctrl-S stops the whole process; and each child that
    // inherits one of our outputs makes it blocking again, since what they share is one open file (open(2)).
    handle?.setBlocking?.(false);
    process.stdout.write(bytes, (error) => done(error, error ? 0 : bytes.length));
  };
}
