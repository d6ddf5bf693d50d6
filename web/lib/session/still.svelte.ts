/**
 * The still of a zone whose picture does not come at once, as where key frames are seconds apart: a picture that says
 * how old it is is better than none (docs/protocol.md, stills).
 */
import { routes } from '../../../server/contract/routes.ts';
import { addressOf } from '../../../server/contract/route.ts';
import { BothClocks } from './both-clocks.ts';

/** Most pictures come sooner than that, and nobody is asked for a still then, ms. */
const patience = 100;

export class StillPicture {
  /** An object URL. */
  readonly url: string;
  readonly #taken: BothClocks;

  /** @param taken ms of `performance.now()` @param picture or the address of one */
  constructor(picture: Blob | string, taken: number) {
    this.url = typeof picture === 'string' ? picture : URL.createObjectURL(picture);
    this.#taken = new BothClocks(taken);
  }

  /** The same picture, taken again without a change. @param taken ms of `performance.now()` */
  takenAt(taken: number): StillPicture {
    return new StillPicture(this.url, taken);
  }

  /** When it was taken, ms since the epoch. */
  get at(): number {
    return this.#taken.at;
  }

  /** ms @param now ms of `performance.now()` */
  ageAt(now: number): number {
    return this.#taken.ageAt(now);
  }

  forget(): void {
    URL.revokeObjectURL(this.url);
  }
}

/** One tile's still: there while it is wanted, if the server has one. */
export class StillOf {
  picture = $state.raw<StillPicture>();

  /**
   * Asks for the still of a zone, and forgets it with the end of the wish.
   * @returns ends the wish
   */
  want(zone: string): () => void {
    const ending = new AbortController();
    const timer = setTimeout(() => void this.#get(zone, ending.signal), patience);
    return () => {
      clearTimeout(timer);
      ending.abort();
      this.picture?.forget();
      this.picture = undefined;
    };
  }

  async #get(zone: string, signal: AbortSignal): Promise<void> {
    const picture = await fetchStill(zone, signal);
    if (!picture) return;
    if (signal.aborted) picture.forget();
    else this.picture = picture;
  }
}

/** @returns undefined where there is none: the picture that it would stand for comes, or its absence is said */
async function fetchStill(zone: string, signal: AbortSignal): Promise<StillPicture | undefined> {
  try {
    const address = addressOf(routes.stills.take, { params: { zone } });
    const answer = await fetch(address, { cache: 'no-store', signal });
    const age = ageSaidBy(answer.headers);
    if (!answer.ok || age === undefined) return undefined;
    return new StillPicture(await answer.blob(), performance.now() - age);
  } catch {
    return undefined;
  }
}

/** By the server's clock alone: this machine's may be off. @returns ms */
export function ageSaidBy(headers: Headers): number | undefined {
  const age = Date.parse(headers.get('Date') ?? '') - Date.parse(headers.get('Taken-At') ?? '');
  // `Date` is in whole seconds.
  return Number.isNaN(age) ? undefined : Math.max(0, age);
}
