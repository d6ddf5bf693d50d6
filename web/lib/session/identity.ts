/** Who this browser tab is, and whether it was in a session when its page was reloaded. */

const sessionKey = 'surveillance-session';
const activeKey = 'surveillance-active';

/** The tab's secret, 192 random bits in base64url; it survives a reload, so the server knows us again. */
export function tabSession(): string {
  const known = sessionStorage.getItem(sessionKey);
  if (known) return known;
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  const made = btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
  sessionStorage.setItem(sessionKey, made);
  return made;
}

export function wasActive(): boolean {
  return sessionStorage.getItem(activeKey) === 'yes';
}

export function rememberActive(active: boolean): void {
  if (active) sessionStorage.setItem(activeKey, 'yes');
  else sessionStorage.removeItem(activeKey);
}
