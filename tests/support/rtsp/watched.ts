/** What comes of a source, for tests. */
import type { Trouble } from '../../../server/contract/gateway.ts';
import { Networks } from '../../../gateway/rtsp/networks.ts';
import { rtspSource, type RtspSettings } from '../../../gateway/rtsp/rtsp-source.ts';
import type { Picture, StreamFacts } from '../../../gateway/video/picture.ts';
import type { OpenSource, Source } from '../../../gateway/video/source.ts';
import type { CameraClip } from './clips.ts';

export const loopback = new Networks(['127.0.0.0/8']);

/** Opens a camera on this machine. */
export function watchCamera(url: string, settings: Partial<RtspSettings> = {}): WatchedSource {
  return new WatchedSource(rtspSource({ url, transport: 'tcp', networks: loopback, ...settings }));
}

export class WatchedSource {
  readonly pictures: Picture[] = [];
  readonly facts: StreamFacts[] = [];
  /** Of each of the facts: how many pictures had come before. */
  readonly toldAfter: number[] = [];
  torn = 0;
  trouble: Trouble | undefined;
  readonly #source: Source;
  readonly #listeners: (() => void)[] = [];

  constructor(open: OpenSource) {
    this.#source = open({
      facts: (facts) =>
        this.#come(() => {
          this.facts.push(facts);
          this.toldAfter.push(this.pictures.length);
        }),
      picture: (picture) => this.#come(() => this.pictures.push(picture)),
      torn: () => this.#come(() => (this.torn += 1)),
      ended: (trouble) => this.#come(() => (this.trouble = trouble)),
    });
  }

  /** @throws Error with what came instead, where it ends or nothing more comes for 15 s */
  async until(reached: () => boolean): Promise<void> {
    while (!reached()) {
      if (this.trouble) {
        throw new Error(
          `${this.trouble.code} after ${this.pictures.length}: ${this.trouble.detail}`,
        );
      }
      await this.#next();
    }
  }

  async count(pictures: number): Promise<void> {
    await this.until(() => this.pictures.length >= pictures);
  }

  async ended(): Promise<Trouble> {
    while (!this.trouble) await this.#next();
    return this.trouble;
  }

  async stop(): Promise<void> {
    await this.#source.stop();
  }

  #come(act: () => void): void {
    act();
    for (const listener of this.#listeners.splice(0)) listener();
  }

  #next(): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = new Error(`nothing more after ${this.pictures.length} pictures`);
      const timer = setTimeout(() => reject(late), 15_000);
      this.#listeners.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/**
 * Where the pictures are of the clip, from the first, in order and none left out: what is decoded is byte for byte
 * what the camera sent, and each key picture begins with its parameter sets.
 * @returns what is wrong, in words
 */
export function differences(
  pictures: readonly Picture[],
  clip: CameraClip,
  beginsAt = 0,
): string[] {
  const found: string[] = [];
  for (const [index, picture] of pictures.entries()) {
    const sent = clip.pictures[(beginsAt + index) % clip.pictures.length];
    if (!sent) found.push('the clip is empty');
    else if (!slices(picture.units).equals(slices(sent.units))) found.push(`${index} is another`);
    else if (picture.isKey !== sent.isKey) found.push(`${index} is key: ${picture.isKey}`);
    else if (picture.isKey && kinds(picture.units).slice(0, 2).join() !== '7,8') {
      found.push(`${index} begins with ${kinds(picture.units).join()}`);
    }
  }
  return found.slice(0, 5);
}

export function kinds(units: readonly Buffer[]): number[] {
  return units.map((unit) => (unit[0] ?? 0) & 0x1f);
}

function slices(units: readonly Buffer[]): Buffer {
  return Buffer.concat(units.filter((unit) => [1, 5].includes((unit[0] ?? 0) & 0x1f)));
}

/** Times between pictures, in pictures of the clip. */
export function steps(pictures: readonly Picture[], { frameRate }: CameraClip): number[] {
  return pictures
    .slice(1)
    .map(
      ({ timestamp }, index) =>
        ((timestamp - (pictures[index]?.timestamp ?? 0)) * frameRate) / 90_000,
    );
}
