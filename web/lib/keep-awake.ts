/**
 * Keeps the screen from going dark, and the computer from sleeping (W3C Screen Wake Lock), for as long as the
 * page is shown. A browser that cannot do this does without.
 * @returns ends it
 */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | undefined;
  let ended = false;
  const hold = async (): Promise<void> => {
    if (document.hidden) return;
    try {
      const held = await navigator.wakeLock?.request('screen');
      if (ended) await held?.release();
      else lock = held;
    } catch {
      // The system may refuse, as on a low battery; it is asked again when the page is next shown.
    }
  };
  const onChange = (): void => void hold();
  document.addEventListener('visibilitychange', onChange);
  void hold();
  return () => {
    ended = true;
    document.removeEventListener('visibilitychange', onChange);
    void lock?.release();
  };
}
