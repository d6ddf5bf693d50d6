/** One session of a stream with what is done to its pictures; ffmpeg is started again when it fails, with the same masks. */
import { isDeepStrictEqual } from 'node:util';
import type { Trouble } from '../../server/contract/gateway.ts';
import type { Picture, StreamFacts } from '../video/picture.ts';
import type { OpenSource, Source, SourceEvents } from '../video/source.ts';
import { Encoding, type EncodingTask } from './encoding.ts';
import { Group } from './group.ts';
import { isCodedAs } from './matroska.ts';
import { LeastDelay } from '../upload/least-delay.ts';
import { outputSize } from './output-size.ts';
import { Restarts } from './restarts.ts';
import type { ShapeOfMasks } from './mask-shape.ts';
import { aspectOf, transcodeFor, type Given } from './transcode-for.ts';

/** What holds for all sessions of a stream. */
export interface Treating extends Omit<Given, 'masks' | 'coverable' | 'aspect' | 'ffmpeg'> {
  masks: Given['masks'];
  coverable: boolean;
  /** Nothing is to be seen of pictures that came before, ms of `performance.now()`. */
  coveredUntil: number;
  /** The zone's masks as a whole, which are of one shape. */
  drawn: Given['masks'];
  ffmpeg: Given['ffmpeg'];
  readonly shape: ShapeOfMasks;
}

/** 90 kHz */
const ticksPerMs = 90;

type Task = Omit<EncodingTask, 'begin' | 'beginsCovered'>;

export class TreatedSource implements Source {
  readonly #events: SourceEvents;
  readonly #treating: Treating;
  readonly #source: Source;
  readonly #group = new Group();
  #facts: StreamFacts | undefined;
  #task: Task | undefined;
  #encoding: Encoding | undefined;
  #closing: Promise<unknown> = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;
  readonly #restarts = new Restarts();
  #lastTimestamp = -Infinity;
  #waitsForKey = false;
  #sentOneIn: number | undefined;
  /** The ffmpeg of now has given a picture. */
  #hasGiven = false;
  #isOver = false;
  readonly #delay = new LeastDelay();
  /** When the newest picture came, or would have, ms of `performance.now()`. */
  #newestAt = -Infinity;

  constructor(open: OpenSource, treating: Treating, events: SourceEvents) {
    this.#events = events;
    this.#treating = treating;
    this.#source = open({
      facts: (facts) => this.#change(facts),
      picture: (picture) => this.#take(picture),
      torn: () => events.torn?.(),
      awaitsKey: () => events.awaitsKey?.(),
      // Masks do not concern what is heard, and ffmpeg gets pictures only.
      sound: (sound) => events.sound?.(sound),
      ended: (trouble) => this.#end(trouble),
    });
  }

  wantKey(): void {
    this.#encoding?.wantKey();
  }

  /** Nothing that was masked otherwise comes out any more. */
  masksChanged(): void {
    if (this.#facts && !this.#isOver) this.#treat(this.#facts, false);
  }

  async stop(): Promise<void> {
    this.#close();
    await Promise.all([this.#source.stop(), this.#closing]);
  }

  #change(facts: StreamFacts): void {
    if (this.#isOver) return;
    const before = this.#facts;
    const isOther =
      before?.codec !== facts.codec ||
      before.width !== facts.width ||
      before.height !== facts.height;
    if (isOther) this.#group.forget();
    this.#facts = facts;
    this.#treat(facts, isOther);
  }

  /** @param isOther what comes cannot be decoded together with what was before */
  #treat(facts: StreamFacts, isOther: boolean): void {
    const treating = this.#treating;
    treating.shape.saw(aspectOf(facts));
    const aspect = treating.shape.of(treating.drawn);
    const treatment = transcodeFor(facts, { ...treating, aspect });
    if (treatment.kind === 'refused') return this.#refuse(treatment.trouble);
    if (treatment.kind === 'untouched') {
      this.#stopEncoding();
      // What follows the camera's own key picture is of no use to who has seen another one.
      this.#waitsForKey ||= this.#task !== undefined;
      this.#task = undefined;
      this.#group.forget();
      this.#events.facts(facts);
      return;
    }
    const task = taskFor(facts, treating);
    const isSame = !isOther && this.#task !== undefined && isOneForm(task, this.#task);
    if (!isSame) {
      this.#stopEncoding();
      this.#restarts.forget();
      this.#sentOneIn = undefined;
      this.#task = task;
    }
    const { width, height } = task.form;
    this.#events.facts({ ...facts, width, height, transcoded: true, sentOneIn: this.#sentOneIn });
    if (!isSame) this.#begin();
  }

  #thin(oneIn: number): void {
    const sentOneIn = oneIn > 1 ? oneIn : undefined;
    if (sentOneIn === this.#sentOneIn) return;
    this.#sentOneIn = sentOneIn;
    if (this.#facts) this.#treat(this.#facts, false);
  }

  #take(picture: Picture): void {
    if (this.#isOver) return;
    this.#newestAt = this.#arrivalOf(picture);
    if (!this.#task) {
      this.#waitsForKey &&= !picture.isKey;
      if (this.#waitsForKey) this.#events.awaitsKey?.();
      else this.#give(picture);
      return;
    }
    this.#group.add(picture);
    if (this.#encoding) this.#encoding.feed(picture, this.#isCovered);
    else if (!this.#retry) this.#begin();
  }

  /** One that was late is as old as it would be had it come in time. */
  #arrivalOf({ cameAt, timestamp }: Picture): number {
    return cameAt - this.#delay.waited(cameAt - timestamp / ticksPerMs, cameAt);
  }

  /** Whether nothing is to be seen of the newest picture. */
  get #isCovered(): boolean {
    const { coverable, coveredUntil } = this.#treating;
    return coverable && this.#newestAt < coveredUntil;
  }

  /** Starts ffmpeg as soon as there is a picture that it can begin with. */
  #begin(): void {
    const { ffmpeg } = this.#treating;
    const begin = this.#group.pictures;
    if (!this.#task || this.#isOver || 'missing' in ffmpeg || begin.length === 0) return;
    this.#restarts.began();
    this.#hasGiven = false;
    const encoding = new Encoding(
      ffmpeg,
      { ...this.#task, begin, beginsCovered: this.#isCovered },
      {
        picture: (picture) => {
          if (this.#encoding !== encoding) return;
          this.#hasGiven = true;
          this.#give(picture);
        },
        thinned: (oneIn) => {
          if (this.#encoding === encoding) this.#thin(oneIn);
        },
        failed: (reason) => {
          if (this.#encoding === encoding) this.#failed(reason);
        },
      },
    );
    this.#encoding = encoding;
  }

  #failed(reason: string): void {
    this.#stopEncoding();
    this.#thin(1);
    const failures = this.#restarts.failed();
    const isLast = this.#restarts.isOver;
    if ((isLast || !this.#hasGiven) && this.#fallBack(reason)) return;
    if (isLast) {
      return this.#refuse({ code: 'transcoder-failed', detail: reason.slice(0, 300) });
    }
    this.#events.restarted?.();
    // What made it fail may be in those pictures.
    if (failures > 1) this.#group.forget();
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#begin();
    }, this.#restarts.wait);
  }

  /** @returns whether another encoder is used from now on */
  #fallBack(reason: string): boolean {
    const { ffmpeg } = this.#treating;
    if ('missing' in ffmpeg || !ffmpeg.fallback || !this.#facts) return false;
    ffmpeg.fellBack?.(ffmpeg.encoder, reason);
    this.#treating.ffmpeg = { ...ffmpeg, encoder: ffmpeg.fallback, fallback: undefined };
    this.#task = undefined;
    this.#treat(this.#facts, false);
    return true;
  }

  /** What is given goes on in time, whichever ffmpeg it came of. */
  #give(picture: Picture): void {
    const rises = !this.#task || picture.timestamp > this.#lastTimestamp;
    const timestamp = rises ? picture.timestamp : this.#lastTimestamp + 1;
    this.#lastTimestamp = timestamp;
    this.#events.picture(rises ? picture : { ...picture, timestamp });
  }

  #refuse(trouble: Trouble): void {
    this.#end(trouble);
    // Told while it is being opened, there is nothing to stop yet.
    queueMicrotask(() => void this.#source.stop());
  }

  #end(trouble: Trouble): void {
    if (this.#isOver) return;
    this.#close();
    this.#events.ended(trouble);
  }

  #close(): void {
    this.#isOver = true;
    this.#stopEncoding();
    this.#group.forget();
  }

  #stopEncoding(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    if (!this.#encoding) return;
    this.#closing = Promise.all([this.#closing, this.#encoding.close()]);
    this.#encoding = undefined;
  }
}

function taskFor(facts: StreamFacts, { ffmpeg, masks, coverable }: Treating): Task {
  const { codec, width, height, frameRate, interlaced } = facts;
  if (!isCodedAs(codec) || 'missing' in ffmpeg) throw new Error(`${codec} cannot be transcoded`);
  const form = { ...outputSize(facts, ffmpeg.encoder), frameRate, masks, coverable, interlaced };
  return { codec, coded: { width, height }, form };
}

/** A frame rate that is measured later is no reason to begin anew. */
function isOneForm(a: Task, b: Task): boolean {
  const [one, other] = [a, b].map(({ form, ...task }) => ({
    ...task,
    form: { ...form, frameRate: 0 },
  }));
  return isDeepStrictEqual(one, other);
}
