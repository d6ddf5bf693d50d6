/**
 * What the browser keeps for this page. Where site data is blocked, merely naming the storage throws
 * (HTML §12.2.2): there it is kept for as long as the page is open.
 */
type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** For as long as the tab lives, over reloads. */
export const tabStorage = kept(() => sessionStorage);
/** For all tabs, until the site's data is cleared. */
export const siteStorage = kept(() => localStorage);

/** Whether the browser keeps nothing for this page: no storage, and no cookie of a sign-in either. */
export function keepsNothing(): boolean {
  return attempt(() => localStorage) === undefined;
}

function kept(storage: () => Storage): Kept {
  const meanwhile = new Map<string, string>();
  return {
    getItem: (key) => meanwhile.get(key) ?? attempt(() => storage().getItem(key)) ?? null,
    setItem(key, value) {
      const done = attempt(() => {
        storage().setItem(key, value);
        return true;
      });
      // Blocked, or full: then what is old must not come back.
      if (done) meanwhile.delete(key);
      else meanwhile.set(key, value);
    },
    removeItem(key) {
      meanwhile.delete(key);
      attempt(() => storage().removeItem(key));
    },
  };
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}
