/** Says on standard error what is being done: on one line of a terminal, else on a line each. */
export class Progress {
  readonly #terminal = process.stderr.isTTY;
  readonly #begun = performance.now();

  say(what: string): void {
    const seconds = ((performance.now() - this.#begun) / 1000).toFixed(0).padStart(4);
    process.stderr.write(
      this.#terminal ? `\r\x1b[2K${seconds} s  ${what}` : `${seconds} s  ${what}\n`,
    );
  }

  /** Takes the line away, for what is printed next. */
  clear(): void {
    if (this.#terminal) process.stderr.write('\r\x1b[2K');
  }
}
