/** After the system has taken the lock away, it is asked again so late, ms: it may take each one away at once. */
const askedAgain = 1000;

/**
 * Keeps the screen from going dark, and the computer from sleeping (W3C Screen Wake Lock), for as long as the
 * page is shown. The system may take the lock away meanwhile, as on a low battery: then it is asked again. A browser that
 * cannot do this does without.
 * @returns ends it
 */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const isHeld = (): boolean => lock?.released === false;
  const hold = async (): Promise<void> => {
    clearTimeout(again);
    if (ended || document.hidden || isHeld()) return;
    try {
      const held = await navigator.wakeLock?.request('screen');
      if (!held) return;
      if (ended || isHeld()) return await held.release();
      lock = held;
      held.addEventListener('release', onRelease, { once: true });
    } catch {
      // The system may refuse; it is asked again when the page is next shown.
    }
  };
  const onShown = (): void => void hold();
  const onRelease = (): void => {
    // A page that is hidden loses it anyway, and asks when it is shown.
    if (!ended && !document.hidden) again = setTimeout(onShown, askedAgain);
  };
  document.addEventListener('visibilitychange', onShown);
  void hold();
  return () => {
    ended = true;
    clearTimeout(again);
    document.removeEventListener('visibilitychange', onShown);
    void lock?.release();
  };
}
