/** Who needs no first steps any more: they have put them away, or all is there. Kept in this browser. */
import { siteStorage } from '../browser-storage.ts';

/** @param person several may sit at this browser in turn */
export class PutAway {
  readonly #key: string;

  constructor(person: string) {
    this.#key = `surveillance-first-run-${person}`;
  }

  get isDone(): boolean {
    return siteStorage.getItem(this.#key) !== null;
  }

  done(): void {
    siteStorage.setItem(this.#key, 'done');
  }
}
