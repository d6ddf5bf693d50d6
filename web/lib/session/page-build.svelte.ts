/** Whether this page is of the build that the server gives: one that has been open for days may be an old one. */
import { ask, routes } from '../api/ask.ts';

/** After an upgrade all pages come back at once, so each asks at a moment of its own, ms. */
const spread = 5000;

const asked = async (): Promise<string> => (await ask(routes.product.version)).build;

export class PageBuild {
  /** The server gives pages of another build. */
  outdated = $state(false);
  readonly #own: string;
  readonly #given: () => Promise<string>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param own of this page; empty where it is not known
   * @param given asks the server for that of its pages
   */
  constructor(own: string, given = asked) {
    this.#own = own;
    this.#given = given;
  }

  /** Looks soon, as after the server has been away: it is renewed at no other time. */
  look(): void {
    clearTimeout(this.#timer);
    if (this.#own !== '')
      this.#timer = setTimeout(() => void this.#compare(), Math.random() * spread);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  async #compare(): Promise<void> {
    try {
      const given = await this.#given();
      this.outdated = given !== '' && given !== this.#own;
    } catch {
      // The server is away again: it is looked when it has come back.
    }
  }
}
