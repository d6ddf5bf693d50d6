/** The city's map on this machine: one PMTiles archive that stays open, of which browsers read parts. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  fstatSync,
  openSync,
  readSync,
  type ReadStream,
} from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { projectFolder } from '../config.ts';
import type { CityMap } from '../contract/city-map.ts';
import { StartupError } from '../startup-error.ts';
import { attributionIn } from './attribution.ts';
import { headerLength, readHeader } from './header.ts';

/** Of the text about an archive, packed and unpacked, bytes; a longer one is not read. */
const longestText = 1_000_000;

export class CityArchive {
  readonly description: CityMap;
  /** bytes */
  readonly size: number;
  readonly #file: number;

  private constructor(file: number, size: number, description: CityMap) {
    this.#file = file;
    this.size = size;
    this.description = description;
  }

  /**
   * @param name as the setting map.archive has it, relative to the project's folder; empty is none
   * @throws StartupError when it cannot be read, or is no archive that browsers can show
   */
  static open(name: string): CityArchive | undefined {
    if (name === '') return undefined;
    const place = path.resolve(projectFolder, name);
    let file: number | undefined;
    try {
      file = openSync(place, 'r');
      return CityArchive.#read(file);
    } catch (error) {
      if (file !== undefined) closeSync(file);
      const fault =
        error instanceof UnusableArchive
          ? error.message
          : `cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`;
      throw new StartupError(`The setting map.archive names ${place}, which ${fault}.`, error);
    }
  }

  static #read(file: number): CityArchive {
    const about = fstatSync(file);
    if (!about.isFile()) throw new UnusableArchive('is no file');
    const first = part(file, 0, headerLength);
    const header = readHeader(first);
    if (typeof header === 'string') throw new UnusableArchive(header);
    const { metadata, compressed, bounds, closest } = header;
    const text = metadata.length <= longestText ? part(file, metadata.at, metadata.length) : '';
    // By content, so that copies at other nodes have the same mark.
    const hash = createHash('sha256').update(`${about.size}\n`).update(first).update(text);
    return new CityArchive(file, about.size, {
      of: hash.digest('hex').slice(0, 32),
      ...{ bounds, closest, attribution: attributionIn(unpacked(text, compressed)) },
    });
  }

  /** @param from first byte @param to last byte, included */
  stream(from: number, to: number): ReadStream {
    return createReadStream('', { fd: this.#file, start: from, end: to, autoClose: false });
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** In words that go on from "which". */
class UnusableArchive extends Error {}

function part(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, at));
}

function unpacked(text: Buffer | string, compressed: boolean): string {
  if (typeof text === 'string' || !compressed) return text.toString();
  try {
    return gunzipSync(text, { maxOutputLength: longestText }).toString();
  } catch {
    throw new UnusableArchive('has a text about itself that cannot be unpacked');
  }
}
