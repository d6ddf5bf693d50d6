/** What an operator keeps of a picture, and what is said of it: a snapshot of what is shown, a bookmark of its moment. */
import { messageOf } from '../../../server/contract/errors.ts';
import type { Happening } from '../../../server/contract/happening.ts';
import { siteMoment } from '../attention/site-time.ts';
import { ownWatermark } from '../privacy/own-watermark.ts';
import type { ViewerSession } from '../session/viewer-session.svelte.ts';
import type { ViewerTile } from '../session/viewer-tile.svelte.ts';
import { texts } from '../text/texts.ts';
import { ownTimeFormat } from '../text/times.ts';
import { addBookmark } from './bookmark.ts';
import { saveSnapshot } from './snapshot.ts';

const text = texts.wall.tools;
const marks = texts.attention.bookmark;

export class KeptMoments {
  said = $state('');
  failed = $state(false);
  /** It was just made, and may get a note. */
  marked = $state.raw<Happening>();
  readonly #saidFor: number | undefined;
  #forget: ReturnType<typeof setTimeout> | undefined;

  /** @param saidFor how long it is said what was done, ms; until something else is, where it is not given */
  constructor(saidFor?: number) {
    this.#saidFor = saidFor;
  }

  readonly say = (words: string, failed: boolean): void => {
    clearTimeout(this.#forget);
    this.said = words;
    this.failed = failed;
    if (this.#saidFor !== undefined) {
      this.#forget = setTimeout(() => (this.said = ''), this.#saidFor);
    }
  };

  async snapshot(
    session: ViewerSession,
    { zone }: ViewerTile,
    video: HTMLVideoElement,
  ): Promise<void> {
    this.say('', false);
    try {
      const report = (): Promise<void> => session.reportSnapshot(zone);
      const { file, at } = await saveSnapshot(video, zone, ownWatermark(zone), report);
      this.say(text.saved(file, zone, ownTimeFormat('medium').format(at)), false);
    } catch (error) {
      this.say(text.notSaved(messageOf(error)), true);
    }
  }

  async bookmark({ zone, age: { lastShown } }: ViewerTile): Promise<void> {
    if (lastShown === undefined) return this.say(marks.noPicture, true);
    try {
      this.marked = await addBookmark(zone, lastShown);
      this.say(marks.added(siteMoment(this.marked.began)), false);
    } catch (error) {
      this.say(marks.notAdded(messageOf(error)), true);
    }
  }

  /** Nobody looks any more. */
  close(): void {
    clearTimeout(this.#forget);
  }
}
