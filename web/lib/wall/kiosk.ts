/** What a screen needs that nobody sits at: it stays awake, and mends itself. */

const unwell = { look: 5000, patience: 60_000 }; // ms

/**
 * Keeps the screen from going dark (W3C Screen Wake Lock), for as long as the page is shown.
 * @returns ends it
 */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | undefined;
  const hold = async (): Promise<void> => {
    if (document.hidden) return;
    try {
      lock = await navigator.wakeLock?.request('screen');
    } catch {
      // The system may refuse, as on a low battery; it is asked again when the page is next shown.
    }
  };
  const onChange = (): void => void hold();
  document.addEventListener('visibilitychange', onChange);
  void hold();
  return () => {
    document.removeEventListener('visibilitychange', onChange);
    void lock?.release();
  };
}

/**
 * Loads the page anew when it has been unwell for a minute: the last resort, for whatever nobody thought
 * of.
 * @param well whether the page does what it should
 * @returns ends it
 */
export function watchOver(well: () => boolean): () => void {
  let wellAt = performance.now();
  const timer = setInterval(() => {
    if (well()) wellAt = performance.now();
    else if (performance.now() - wellAt > unwell.patience) location.reload();
  }, unwell.look);
  return () => clearInterval(timer);
}
