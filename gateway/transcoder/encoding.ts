/** One run of ffmpeg: coded pictures in, pictures for browsers out; it ends when ffmpeg fails, hangs, or is no more wanted. */
import type { Picture } from '../video/picture.ts';
import { encodingArguments, type EncodedForm } from './arguments.ts';
import { spawnFfmpeg, type Ffmpeg } from './ffmpeg.ts';
import { FfmpegRun } from './ffmpeg-run.ts';
import { FlvReader } from './flv.ts';
import { processorTime } from './processor-time.ts';
import { matroskaHead, matroskaPicture, type CodedAs } from './matroska.ts';
import { Thinning } from './thinning.ts';
import { Times } from './times.ts';

export interface EncodingEvents {
  picture(picture: Picture): void;
  /** The machine is too busy for more than one picture in so many, or is not any more. */
  thinned(oneIn: number): void;
  /** Once, and nothing after it; in words. */
  failed(reason: string): void;
}

export interface EncodingTask {
  readonly codec: CodedAs;
  /** px, of what goes in */
  readonly coded: { readonly width: number; readonly height: number };
  readonly form: Omit<EncodedForm, 'from'>;
  /** What is decoded first, a key picture and what came after it; only the last of it comes out. */
  readonly begin: readonly Picture[];
  /** Nothing of that one is to be seen. */
  readonly beginsCovered?: boolean;
}

/** ms */
export const patience = {
  /** Without any picture while some go in, and without work; ffmpeg hangs then. */
  hung: 2000,
  /** The same, though it has the processor now and then: on a busy machine it waits for its turn most of the time. */
  busy: 15_000,
  /** To the first picture, which takes a busy machine longer. */
  toFirst: 5000,
  /** A picture that is inside for longer keeps those that come from going in, though few are encoded by then. */
  behind: 1500,
  /** Not so soon after the first one. */
  toCatchUp: 2000,
  /** So often a key picture comes out. */
  betweenKeys: 2000,
};
/** So many pictures have to have come since, so that a slow camera is not taken for a program that hangs. */
const hungPictures = 3;
const check = 250;
/** 90 kHz */
const ticksPerMs = 90;
/** bytes */
const most = { waiting: 8_000_000, picture: 4_000_000 };

export class Encoding {
  readonly #events: EncodingEvents;
  readonly #codec: CodedAs;
  readonly #run: FfmpegRun;
  readonly #reader = new FlvReader(most.picture);
  readonly #times: Times;
  readonly #thinning: Thinning;
  #keyWanted = false;
  #lastKey = -Infinity;
  /** Pictures were left out, so that only a key picture can go in. */
  #waitsForKey = false;
  #isCovered: boolean;
  /** When the last picture came out, and how many have been handed in since. */
  #quietSince = performance.now();
  #quietPictures = 0;
  /** When the first picture came out. */
  #begunAt = Infinity;
  #lastCheck = performance.now();
  /** How long it had the processor by then, and when that was seen to grow; ms. */
  #worked = { time: 0, at: performance.now() };

  constructor(ffmpeg: Ffmpeg, task: EncodingTask, events: EncodingEvents) {
    this.#events = events;
    this.#codec = task.codec;
    this.#isCovered = task.beginsCovered ?? false;
    this.#thinning = new Thinning(task.form.frameRate);
    const newest = task.begin.at(-1);
    if (newest) this.#lastKey = newest.timestamp; // What comes out first is one.
    this.#times = new Times(task.begin[0]?.timestamp ?? 0);
    const from = newest && this.#times.of(newest.timestamp);
    const args = encodingArguments(ffmpeg.encoder, { ...task.form, from });
    this.#run = new FfmpegRun(spawnFfmpeg(ffmpeg.command, args), check, {
      output: (bytes) => this.#read(bytes),
      look: () => this.#check(),
      failed: (reason) => events.failed(reason),
    });
    this.#run.write(matroskaHead(task.codec, { ...task.coded, frameRate: task.form.frameRate }));
    for (const picture of task.begin) {
      const { timestamp } = picture;
      this.#write(picture, picture === newest ? this.#enter(picture) : this.#times.of(timestamp));
    }
  }

  /** The next picture that goes in comes out as a key picture. */
  wantKey(): void {
    this.#keyWanted = true;
  }

  /**
   * Hands in a picture, or drops it where ffmpeg is behind.
   * @param isCovered nothing of it is to be seen
   */
  feed(picture: Picture, isCovered = false): void {
    if (this.#run.ended) return;
    // Nothing of the pictures before is left in what follows a key picture.
    if (isCovered !== this.#isCovered) this.wantKey();
    this.#isCovered = isCovered;
    const lag = this.#lag();
    if (this.#isBehind(lag)) this.#waitsForKey = true;
    else if (picture.isKey) this.#waitsForKey = false;
    const before = this.#thinning.oneIn;
    const hasRoom = this.#times.inside < this.#thinning.window;
    const isTaken = this.#thinning.takes(lag, performance.now()) && hasRoom;
    const { oneIn } = this.#thinning;
    if (oneIn !== before) this.#events.thinned(oneIn);
    if (this.#waitsForKey || this.#run.ended) return;
    this.#quietPictures += 1;
    this.#write(picture, this.#enter(picture, isTaken));
  }

  /** Ends it at once; done when it is gone. */
  close(): Promise<void> {
    return this.#run.close();
  }

  /** @param isTaken otherwise it is decoded only, unless a key picture is due */
  #enter(picture: Picture, isTaken = true): number | undefined {
    const due = picture.timestamp - this.#lastKey >= patience.betweenKeys * ticksPerMs;
    // ffmpeg counts its times from the first picture that comes out, a key picture anyway, so that one has to be usual.
    const asKey = this.#begunAt < Infinity && (this.#keyWanted || due);
    const at = this.#times.enter(
      picture,
      asKey ? 'key' : isTaken ? 'usual' : 'decodedOnly',
      this.#isCovered,
    );
    if (at === undefined || !asKey) return at;
    this.#keyWanted = false;
    this.#lastKey = picture.timestamp;
    return at;
  }

  #write(picture: Picture, at: number | undefined): void {
    if (at !== undefined) this.#run.write(...matroskaPicture(this.#codec, picture, at));
  }

  /** For how long the oldest picture is inside, ms; what has come while ffmpeg started is still being caught up with. */
  #lag(): number {
    const { oldest } = this.#times;
    const now = performance.now();
    return oldest === undefined || now - this.#begunAt < patience.toCatchUp ? 0 : now - oldest;
  }

  #isBehind(lag: number): boolean {
    return this.#run.waiting > most.waiting || lag > patience.behind;
  }

  #read(bytes: Buffer): void {
    for (const { units, isKey, at } of this.#reader.read(bytes)) {
      const times = this.#times.leave(at);
      this.#quietSince = performance.now();
      this.#begunAt = Math.min(this.#begunAt, this.#quietSince);
      this.#quietPictures = 0;
      if (times && !this.#run.ended) this.#events.picture({ units, isKey, ...times });
    }
  }

  #check(): void {
    const now = performance.now();
    // When all of the gateway stood still, its pictures may just not have been read yet.
    const late = now - this.#lastCheck > 2 * check;
    this.#lastCheck = now;
    const usual = Math.max(patience.hung, Math.round(hungPictures * this.#thinning.interval));
    const hasBegun = this.#begunAt < now;
    const limit = hasBegun ? usual : patience.toFirst;
    const time = processorTime(this.#run.pid) ?? 0;
    if (time > this.#worked.time) this.#worked = { time, at: now };
    if (late || this.#quietPictures < hungPictures || now - this.#quietSince < limit) return;
    // What never gave a picture may work on garbage.
    const waits = hasBegun && now - this.#worked.at < limit;
    if (waits && now - this.#quietSince < patience.busy) return;
    this.#run.hung(limit);
  }
}
