/** The screens at this node, each for as long as its page is connected. */
import { randomUUID } from 'node:crypto';
import { mostScreens, type Announcement, type Screen, type Sent } from '../contract/screen.ts';

/** The tab in which a screen is open. */
export interface ScreenTab {
  readonly caller: { readonly principal: { readonly name: string } };
  /** Undefined while it is not connected. */
  readonly socket: unknown;
  notify(event: 'screen:show', sent: Sent): void;
}

export class Screens {
  readonly #open = new Map<ScreenTab, Announcement & { readonly id: string }>();

  /** A page says what it is called; it may say so again. */
  announce(tab: ScreenTab, announcement: Announcement): void {
    const id = this.#open.get(tab)?.id ?? randomUUID();
    this.#open.set(tab, { ...announcement, id });
  }

  /** Its page is gone. */
  forget(tab: ScreenTab): void {
    this.#open.delete(tab);
  }

  /** Those that can be reached now. */
  get here(): Screen[] {
    return [...this.#open]
      .filter(([{ socket }]) => socket !== undefined)
      .slice(0, mostScreens)
      .map(([tab, screen]) => ({ ...screen, who: tab.caller.principal.name }));
  }

  /** @returns whether that screen is here */
  show(id: string, sent: Sent): boolean {
    for (const [tab, screen] of this.#open) {
      if (screen.id !== id || tab.socket === undefined) continue;
      tab.notify('screen:show', sent);
      return true;
    }
    return false;
  }
}
