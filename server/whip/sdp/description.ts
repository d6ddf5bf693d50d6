/**
 * A session description (RFC 8866), or a fragment of one (RFC 8840), as lines: bounded, and no more understood than which
 * attribute each line is. It comes from strangers, so what breaks the form is refused, and the rest passed over.
 */
import { RefusedError } from '../../contract/errors.ts';

/** Bytes; Chromium's longest offers are about 10 kB. */
export const largestDescription = 65_536;
const most = { lines: 3000, length: 2048, media: 64, perName: 256 };

export class Attributes {
  readonly #values = new Map<string, string[]>();

  /** @param line after `a=`: a name, or `name:value` */
  add(line: string): void {
    const at = line.indexOf(':');
    const name = at === -1 ? line : line.slice(0, at);
    const values = this.#values.get(name) ?? [];
    if (values.length >= most.perName) throw malformed(`it has too many lines "a=${name}"`);
    values.push(at === -1 ? '' : line.slice(at + 1));
    this.#values.set(name, values);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  first(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }
}

export interface MediaSection {
  /** audio, video, application, or anything else. */
  readonly kind: string;
  readonly port: number;
  readonly protocol: string;
  readonly formats: readonly string[];
  readonly attributes: Attributes;
}

export interface Description {
  readonly attributes: Attributes;
  readonly media: readonly MediaSection[];
}

/** @throws RefusedError `invalid-request` unless it is a whole description */
export function readDescription(text: string): Description {
  if (!/^v=0\r?\n/.test(text)) throw malformed('it does not begin with "v=0"');
  return readLines(text);
}

/** @throws RefusedError `invalid-request` */
export function readLines(text: string): Description {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  if (lines.length > most.lines) throw malformed(`it has more than ${most.lines} lines`);
  const session = new Attributes();
  const media: MediaSection[] = [];
  for (const [at, line] of lines.entries()) {
    if (line.length > most.length || !/^[a-z]=[^\x00-\x08\x0a-\x1f\x7f]*$/.test(line)) {
      throw malformed(`line ${at + 1} is none`);
    }
    const value = line.slice(2);
    if (line.startsWith('m=')) {
      if (media.length === most.media) throw malformed(`it has more than ${most.media} m= lines`);
      media.push(readMedia(value));
    } else if (line.startsWith('a=')) (media.at(-1)?.attributes ?? session).add(value);
  }
  return { attributes: session, media };
}

function readMedia(value: string): MediaSection {
  const form = /^([\w-]{1,32}) (\d{1,5})(?:\/\d{1,3})? ([\w/.-]{1,64})((?: \S{1,64}){1,128})$/;
  const [, kind, port, protocol, formats] = form.exec(value.trimEnd()) ?? [];
  if (kind === undefined || protocol === undefined || formats === undefined) {
    throw malformed('one of its m= lines is none');
  }
  return {
    ...{ kind, port: Number(port), protocol },
    formats: formats.trim().split(' '),
    attributes: new Attributes(),
  };
}

/** @param what is wrong with it */
export function malformed(what: string): RefusedError {
  return new RefusedError('invalid-request', `The session description cannot be used: ${what}.`);
}

/** @param what it asks for or lacks, by which nothing of it can be taken */
export function unsupported(what: string): RefusedError {
  return new RefusedError('unsupported-media', `The offer cannot be used: ${what}.`);
}
