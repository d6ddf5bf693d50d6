/**
 * What is held ends when its release can be lost: nobody is told of a key that goes up in another window, behind a menu,
 * or while something is dragged.
 */

/**
 * Calls back whenever nothing can count as held any longer, until the signal.
 * @param host within which the focus may move
 */
export function endsHolds(
  host: () => HTMLElement | null,
  letGo: () => void,
  signal: AbortSignal,
): void {
  for (const event of ['blur', 'pagehide', 'contextmenu', 'dragstart']) {
    window.addEventListener(event, letGo, { signal, capture: event !== 'blur' });
  }
  for (const event of ['visibilitychange', 'fullscreenchange', 'freeze']) {
    document.addEventListener(event, letGo, { signal });
  }
  document.addEventListener(
    'focusin',
    ({ target }) => {
      if (target instanceof Node && !host()?.contains(target)) letGo();
    },
    { signal },
  );
}
