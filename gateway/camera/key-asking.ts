/**
 * Asks a camera for key pictures by another way than its streams: at most once a second for each, never waited for, and
 * with an eye on what comes of it. A camera that makes none when asked is asked seldom from then on, and the row says so.
 */
import { messageOf } from '../../server/contract/errors.ts';
import { keyFailures, type KeyTrouble } from '../../server/contract/gateway.ts';
import type { StreamName } from './layers.ts';

/** What can ask a camera for a key picture. */
export interface KeyFrames {
  /**
   * Asks once; a key picture of the stream is to come soon.
   * @returns done when the camera has agreed; rejected with its own words where it refuses, or does not answer in time
   */
  request(stream: StreamName): Promise<void>;
}

export const askingTimes = {
  /** Between two questions for one stream, ms. */
  interval: 1000,
  /** A key picture that comes within this time is the answer, ms. */
  made: 1000,
  /** Between two questions to a camera that makes none when asked, ms. */
  seldom: 30_000,
};
/** Of so many questions, so many in vain are a camera that makes none: by chance, some are followed by a key picture. */
const judged = { last: 4, inVain: 3 };

export const keyOutcomes = ['made', ...keyFailures] as const;
export type KeyOutcome = (typeof keyOutcomes)[number];

interface Asked {
  askedAt: number;
  /** The camera has not answered the last question. */
  isOpen: boolean;
  /** While it is open what comes of the last question. */
  timer: NodeJS.Timeout | undefined;
}

export class KeyAsking {
  /** What has come of all questions so far. */
  readonly counts: Record<KeyOutcome, number> = { made: 0, refused: 0, hangs: 0, ignored: 0 };
  readonly #keyFrames: KeyFrames;
  readonly #changed: () => void;
  readonly #streams = new Map<StreamName, Asked>();
  #last: { readonly outcome: KeyOutcome; readonly detail?: string }[] = [];

  /** @param changed told when its trouble has */
  constructor(keyFrames: KeyFrames, changed: () => void) {
    this.#keyFrames = keyFrames;
    this.#changed = changed;
  }

  /** That the camera makes none when asked; undefined while nothing speaks for that. */
  get trouble(): KeyTrouble | undefined {
    const failed = this.#last.filter(({ outcome }) => outcome !== 'made');
    const { outcome, detail } = failed.at(-1) ?? {};
    if (failed.length < judged.inVain || outcome === undefined || outcome === 'made')
      return undefined;
    return { code: outcome, ...(detail === undefined ? {} : { detail }) };
  }

  /** Somebody waits for a key picture of this stream. */
  want(stream: StreamName): void {
    const asked = this.#of(stream);
    const now = performance.now();
    const interval = this.trouble ? askingTimes.seldom : askingTimes.interval;
    if (asked.isOpen || asked.timer !== undefined || now - asked.askedAt < interval) return;
    asked.askedAt = now;
    asked.isOpen = true;
    asked.timer = setTimeout(
      () => this.#judge(asked, asked.isOpen ? 'hangs' : 'ignored'),
      askingTimes.made,
    );
    void this.#ask(stream, asked);
  }

  /** A key picture has come. */
  came(stream: StreamName): void {
    const asked = this.#streams.get(stream);
    if (asked?.timer !== undefined) this.#judge(asked, 'made');
  }

  /** It is not pulled any more: nothing is to come of a question. */
  rests(stream: StreamName): void {
    const asked = this.#streams.get(stream);
    clearTimeout(asked?.timer);
    if (asked) asked.timer = undefined;
  }

  close(): void {
    for (const { timer } of this.#streams.values()) clearTimeout(timer);
    this.#streams.clear();
  }

  #of(stream: StreamName): Asked {
    const known = this.#streams.get(stream);
    if (known) return known;
    const asked = { askedAt: -Infinity, isOpen: false, timer: undefined };
    this.#streams.set(stream, asked);
    return asked;
  }

  async #ask(stream: StreamName, asked: Asked): Promise<void> {
    const { timer } = asked;
    try {
      await this.#keyFrames.request(stream);
    } catch (error) {
      if (asked.timer === timer && timer !== undefined) {
        this.#judge(asked, 'refused', messageOf(error).slice(0, 300));
      }
    } finally {
      asked.isOpen = false;
    }
  }

  #judge(asked: Asked, outcome: KeyOutcome, detail?: string): void {
    clearTimeout(asked.timer);
    asked.timer = undefined;
    this.counts[outcome] += 1;
    const before = JSON.stringify(this.trouble);
    this.#last = [...this.#last, { outcome, ...(detail === undefined ? {} : { detail }) }].slice(
      -judged.last,
    );
    if (JSON.stringify(this.trouble) !== before) this.#changed();
  }
}
