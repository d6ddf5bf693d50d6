/**
 * What a media worker's program says of itself when it starts: its parts that are active, and what it was built with
 * (deployment/worker/include/parts.h). Upstream's own says nothing.
 */
import { version } from 'mediasoup';
import type { Settings } from '../config.ts';

export type WorkerChoice = Settings['media']['worker'];
export const workerKinds = ['fast', 'plain', 'official'] as const;
export type WorkerKind = (typeof workerKinds)[number];

export const workerParts = [
  'mends',
  'offered-numbers',
  'payload-types',
  'batches',
  'fair-turns',
  'aes-gcm',
] as const;
export type WorkerPart = (typeof workerParts)[number];

/** Of what a program is that is not told from upstream's own; AES-GCM depends on the processor. */
const needed: Record<WorkerKind, readonly WorkerPart[]> = {
  fast: ['mends', 'offered-numbers', 'payload-types', 'batches', 'fair-turns'],
  plain: ['mends', 'offered-numbers', 'payload-types'],
  official: [],
};

/** What whoever runs the server is to know of a program that lacks it. */
const without: Record<WorkerPart, string> = {
  mends: 'one malformed packet of a camera or viewer can end it, and AV1 has no layers',
  'offered-numbers': 'players that speak WHEP get nothing',
  'payload-types': 'encoders that say neither SSRC nor MID are refused',
  batches: 'it sends each datagram by itself, for more CPU',
  'fair-turns': 'a light zone waits for heavy ones, and strangers can hold up all',
  'aes-gcm': 'AES-GCM is done by OpenSSL, for more CPU',
};

const line = /^surveillance worker mediasoup=(\S+) parts=(\S*) libraries=(\S*)$/;

export class WorkerReport {
  readonly kind: WorkerKind;
  readonly parts: readonly WorkerPart[];
  /** Of mediasoup; undefined where the program does not say it. */
  readonly mediasoup: string | undefined;
  /** What is linked into it, such as `libsrtp=2.5.0-3`. */
  readonly libraries: readonly string[];

  private constructor(
    parts: readonly WorkerPart[],
    mediasoup: string | undefined,
    libraries: readonly string[],
  ) {
    this.parts = parts;
    this.mediasoup = mediasoup;
    this.libraries = libraries;
    this.kind =
      workerKinds.find((kind) => needed[kind].every((part) => parts.includes(part))) ?? 'official';
  }

  /** Of a program that says nothing. */
  static readonly none = new WorkerReport([], undefined, []);

  /** @returns undefined when it is another line */
  static parse(text: string): WorkerReport | undefined {
    const [, mediasoup, parts, libraries] = line.exec(text) ?? [];
    if (mediasoup === undefined) return undefined;
    const listed = (parts ?? '').split(',');
    return new WorkerReport(
      workerParts.filter((part) => listed.includes(part)),
      mediasoup,
      (libraries ?? '').split(',').filter((library) => library !== ''),
    );
  }

  /** What it lacks, by part, in words. */
  get lacks(): Partial<Record<WorkerPart, string>> {
    return Object.fromEntries(
      workerParts.filter((part) => !this.parts.includes(part)).map((part) => [part, without[part]]),
    );
  }

  /**
   * Why it is not what was asked for; undefined when it is. With `auto` any will do: a program that is not ours runs
   * only where somebody names it.
   */
  troubleAs(choice: WorkerChoice): string | undefined {
    if (this.mediasoup !== undefined && this.mediasoup !== version) {
      return `the worker is of mediasoup ${this.mediasoup}, and the server has ${version}`;
    }
    if (choice === 'auto' || choice === this.kind) return undefined;
    const parts = this.parts.length === 0 ? 'no parts' : this.parts.join(', ');
    return `media.worker is \`${choice}\`, and the program is \`${this.kind}\`: it reports ${parts}`;
  }

  /** In one line, for people. */
  toString(): string {
    const made = [
      ...(this.mediasoup === undefined ? [] : [`mediasoup ${this.mediasoup}`]),
      ...this.libraries.map((library) => library.replace('=', ' ')),
    ];
    return [this.kind, ...this.parts.map((part) => part.replace('-', ' ')), ...made].join(', ');
  }
}
