/** This page as a screen: what it is called, and what others put on it. */
import type { Announcement, Sent } from '../../../server/contract/screen.ts';
import { longestName, Name } from '../../../server/contract/name.ts';
import { enrolled, who } from '../access/who.ts';
import { siteStorage, tabStorage } from '../browser-storage.ts';
import type { Signaling } from '../session/signaling.ts';
import { texts } from '../text/texts.ts';

const key = 'surveillance-screen';
/** For so long it is said who has sent what is shown, ms. */
const saidFor = 12_000;

export class OwnScreen {
  name = $state(nameKept());
  /** What was sent last, while it is said. */
  said = $state.raw<Sent>();
  readonly #signaling: Signaling;
  readonly #page: Announcement['page'];
  #quiet: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param page what it is
   * @param show told what is to be shown
   */
  constructor(signaling: Signaling, page: Announcement['page'], show: (sent: Sent) => void) {
    this.#signaling = signaling;
    this.#page = page;
    this.#announce();
    signaling.socket.on('screen:show', (sent) => {
      show(sent);
      clearTimeout(this.#quiet);
      this.said = sent;
      this.#quiet = setTimeout(() => (this.said = undefined), saidFor);
    });
  }

  /** Calls it otherwise, and keeps that in this browser. @returns whether that can be a name */
  rename(text: string): boolean {
    const { data: name } = Name.safeParse(text);
    if (name === undefined) return false;
    this.name = name;
    tabStorage.setItem(key, name);
    siteStorage.setItem(key, name);
    this.#announce();
    const { socket } = this.#signaling;
    // One that connects just now may have said the former name.
    if (socket.connected) this.#tell();
    else socket.once('connect', () => this.#tell());
    return true;
  }

  #tell(): void {
    // A new socket says it by itself; a server of an earlier version knows no screens.
    this.#signaling.request('screen:announce', this.#announcement).catch(() => {});
  }

  get #announcement(): Announcement {
    return { name: this.name, page: this.#page };
  }

  #announce(): void {
    this.#signaling.screen = this.#announcement;
  }
}

/** Of the tab, then of the browser, then of the wall's key. */
function nameKept(): string {
  const kept = tabStorage.getItem(key) ?? siteStorage.getItem(key);
  const named = kept ?? (enrolled && who ? who.name : '');
  return Name.safeParse(named.slice(0, longestName)).data ?? texts.screens.usualName;
}
