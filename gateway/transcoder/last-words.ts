/** What a program said last on its standard error, for whoever has to find out why it failed. */
const most = { lines: 4, length: 160, words: 260 };

export class LastWords {
  #lines: string[] = [];
  #unfinished = '';

  add(text: string): void {
    const lines = `${this.#unfinished}${text}`.split(/[\r\n]+/);
    this.#unfinished = (lines.pop() ?? '').slice(0, most.length);
    const whole = lines.map(readable).filter((line) => line !== '');
    this.#lines = [...this.#lines, ...whole].slice(-most.lines);
  }

  /** @returns undefined when it has said nothing */
  get text(): string | undefined {
    const last = readable(this.#unfinished);
    const lines = [...this.#lines, ...(last === '' ? [] : [last])];
    return lines.length === 0 ? undefined : lines.join(' | ').slice(-most.words);
  }
}

/** Without the addresses in memory that ffmpeg names its parts by. */
function readable(line: string): string {
  return line
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .replaceAll(/ @ 0x[0-9a-f]+/g, '')
    .trim()
    .slice(0, most.length);
}
