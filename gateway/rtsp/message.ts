/** Answers of a camera, and what it asks by itself (RFC 2326 §6, §7). */
import { SourceTrouble } from './trouble.ts';

export class Headers {
  readonly #fields = new Map<string, string[]>();

  add(name: string, value: string): void {
    const key = name.toLowerCase();
    const values = this.#fields.get(key);
    if (values) values.push(value);
    else this.#fields.set(key, [value]);
  }

  /** The first, where there are several. */
  get(name: string): string | undefined {
    return this.#fields.get(name.toLowerCase())?.[0];
  }

  all(name: string): readonly string[] {
    return this.#fields.get(name.toLowerCase()) ?? [];
  }
}

export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** What the camera asks of the gateway. */
export interface Asked {
  readonly method: string;
  readonly headers: Headers;
}

export type Head =
  | { readonly status: number; readonly reason: string; readonly headers: Headers }
  | { readonly method: string; readonly headers: Headers };

const mostHeaders = 100;

/** @param text a first line and headers. @throws SourceTrouble */
export function parseHead(text: string): Head {
  const [first = '', ...lines] = text.split(/\r?\n/);
  const headers = new Headers();
  if (lines.length > mostHeaders)
    throw new SourceTrouble('not-rtsp', 'an answer of endless headers');
  // What begins with a space goes on from the line before.
  for (const line of lines
    .join('\n')
    .replaceAll(/\n[ \t]+/g, ' ')
    .split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.add(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  const answer = /^RTSP\/\d\.\d +(\d{3})(?: +(.*))?$/.exec(first);
  if (answer) return { status: Number(answer[1]), reason: answer[2] ?? '', headers };
  const asked = /^([A-Z_]{2,20}) +\S+ +RTSP\/\d\.\d$/.exec(first);
  if (asked?.[1]) return { method: asked[1], headers };
  throw new SourceTrouble('not-rtsp', `it says "${first.slice(0, 60)}"`);
}

const longestBody = 64 * 1024;

/** @throws SourceTrouble where it makes no sense, or is too much */
export function bodyLength(headers: Headers): number {
  const said = headers.get('Content-Length');
  if (said === undefined || said === '') return 0;
  if (!/^\d{1,15}$/.test(said) || Number(said) > longestBody) {
    throw new SourceTrouble('not-rtsp', `an answer of "${said.slice(0, 20)}" bytes`);
  }
  return Number(said);
}
