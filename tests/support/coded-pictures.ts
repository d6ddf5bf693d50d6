/** Coded pictures without a camera: clips played as streams, and what a decoder makes of pictures. */
import { execFileSync, spawn } from 'node:child_process';
import type { Picture, StreamFacts } from '../../gateway/video/picture.ts';
import type { OpenSource, SourceEvents } from '../../gateway/video/source.ts';
import type { Trouble } from '../../server/contract/gateway.ts';
import type { CameraClip } from './rtsp/clips.ts';

/** Whether ffmpeg can be run; tests that need it skip otherwise. */
export function hasFfmpeg(): boolean {
  try {
    execFileSync('ffmpeg', ['-version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const ticks = 90_000;

/** A clip as a stream in a loop and in its own time, which a test can bend. */
export class PlayedClip {
  readonly facts: StreamFacts;
  /** Stops of sources that were asked for. */
  stops = 0;
  readonly #clip: CameraClip;
  #events: SourceEvents | undefined;
  #timer: NodeJS.Timeout | undefined;
  #next = 0;
  /** What becomes of a picture before it is given; undefined drops it. */
  bend: (picture: Picture) => Picture | undefined = (picture) => picture;

  constructor(clip: CameraClip) {
    this.#clip = clip;
    this.facts = {
      width: clip.width,
      height: clip.height,
      codec: clip.codec === 'JPEG' ? 'MJPEG' : clip.codec,
      reorders: clip.pictures.some(({ shownAt }, index) => shownAt !== index),
      frameRate: clip.frameRate,
    };
  }

  readonly open: OpenSource = (events) => {
    this.#events = events;
    let begun = false;
    const beganAt = performance.now();
    const first = this.#next;
    this.#timer = setInterval(() => {
      if (!begun) events.facts(this.facts);
      begun = true;
      const due = first + ((performance.now() - beganAt) / 1000) * this.#clip.frameRate;
      while (this.#next < due) this.#give(events);
    }, 5);
    return {
      stop: async () => {
        this.stops += 1;
        clearInterval(this.#timer);
      },
    };
  };

  /** Pictures so far. */
  get count(): number {
    return this.#next;
  }

  /** Says that the pictures from now on are others. */
  change(facts: Partial<StreamFacts>): void {
    this.#events?.facts({ ...this.facts, ...facts });
  }

  end(trouble: Trouble): void {
    clearInterval(this.#timer);
    this.#events?.ended(trouble);
  }

  /** The time stamp of the picture that is shown as the `index`th. */
  timestampOf(index: number): number {
    return Math.round((index * ticks) / this.#clip.frameRate);
  }

  #give(events: SourceEvents): void {
    const { pictures } = this.#clip;
    const round = Math.floor(this.#next / pictures.length) * pictures.length;
    const coded = pictures[this.#next - round];
    this.#next += 1;
    if (!coded) throw new Error('a clip without pictures');
    const { units, isKey, shownAt } = coded;
    const timestamp = this.timestampOf(round + shownAt);
    const picture = this.bend({ units, isKey, timestamp, cameAt: performance.now() });
    if (picture) events.picture(picture);
  }
}

export interface Decoded {
  /** Brightness, 0–255, at a place in shares of width and height; one value for each picture. */
  at(x: number, y: number): number[];
  /** All three planes at a place. */
  colours(x: number, y: number): [number, number, number][];
  readonly count: number;
}

/** What a decoder of H.264 shows. */
export async function decode(
  pictures: readonly Pick<Picture, 'units'>[],
  { width, height }: { width: number; height: number },
): Promise<Decoded> {
  const code = Buffer.from([0, 0, 0, 1]);
  const stream = Buffer.concat(
    pictures.flatMap(({ units }) => units.flatMap((unit) => [code, unit])),
  );
  const child = spawn(
    'ffmpeg',
    [
      ...['-v', 'error', '-f', 'h264', '-i', 'pipe:0', '-fps_mode', 'passthrough'],
      ...['-pix_fmt', 'yuv420p', '-f', 'rawvideo', 'pipe:1'],
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  child.stdin.end(stream);
  const output: Buffer[] = [];
  for await (const part of child.stdout) output.push(part as Buffer);
  const pixels = Buffer.concat(output);
  const size = (width * height * 3) / 2;
  const starts = Array.from({ length: pixels.length / size }, (_, index) => index * size);
  const colours = (x: number, y: number): [number, number, number][] => {
    const [column, row] = [Math.floor(x * width), Math.floor(y * height)];
    const chroma = (row >> 1) * (width / 2) + (column >> 1);
    return starts.map((start) => [
      pixels[start + row * width + column] ?? 0,
      pixels[start + width * height + chroma] ?? 0,
      pixels[start + (width * height * 5) / 4 + chroma] ?? 0,
    ]);
  };
  return { count: starts.length, colours, at: (x, y) => colours(x, y).map(([luma]) => luma) };
}
