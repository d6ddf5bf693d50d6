/** Who this browser tab is, and whether it was in a session when its page was reloaded. */
import { enrolled } from '../access/who.ts';
import { siteStorage, tabStorage } from '../browser-storage.ts';
import { startsAtOnce } from './remembered.ts';

/** Nobody sits at this page: it has to help itself. */
export const unattended = enrolled || startsAtOnce();

const sessionKey = 'surveillance-session';
const activeKey = 'surveillance-active';

/** How long the page before may take to let go of its secret, as when it is reloaded, ms. */
const release = 1000;

/**
 * The tab's secret, 192 random bits in base64url; it survives a reload, so the server knows us again. A window
 * that is opened from another one gets a copy of its storage: whoever comes second takes a secret of its own,
 * otherwise the server would take the session from one window for the other, again and again.
 */
export async function tabSession(): Promise<string> {
  const known = tabStorage.getItem(sessionKey);
  if (known && (await takeHold(known))) return known;
  return newTabSession();
}

/** Another secret for this tab, in place of one that another window uses too. */
export async function newTabSession(): Promise<string> {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  const made = btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
  tabStorage.setItem(sessionKey, made);
  await takeHold(made);
  return made;
}

/** Holds the secret for as long as the page lives (W3C Web Locks). @returns false when another page does */
function takeHold(secret: string): Promise<boolean> {
  const { locks } = navigator as { locks?: LockManager };
  if (!locks) return Promise.resolve(true); // A page that is not on HTTPS cannot tell.
  return new Promise((resolve) => {
    const held = (): Promise<never> => {
      resolve(true);
      return new Promise(() => {}); // until the page is gone
    };
    locks
      .request(`${sessionKey}:${secret}`, { signal: AbortSignal.timeout(release) }, held)
      .catch(() => resolve(false));
  });
}

/** Whether a session was on: in this browser for an enrolled device, whose tab may have been killed; else in this tab. */
export function wasActive(): boolean {
  return (enrolled ? siteStorage : tabStorage).getItem(activeKey) === 'yes';
}

export function rememberActive(active: boolean): void {
  for (const storage of enrolled ? [siteStorage, tabStorage] : [tabStorage]) {
    if (active) storage.setItem(activeKey, 'yes');
    else storage.removeItem(activeKey);
  }
}
