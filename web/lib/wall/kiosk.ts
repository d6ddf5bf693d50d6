/** What a screen needs that nobody sits at: it stays awake, and mends itself. */

const unwell = { look: 5000, patience: 60_000, recovery: 15_000 }; // ms
const answerTimeout = 4000; // ms

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
 * of. Only from a server that is ready: else the browser's or a proxy's page of errors would come instead, and
 * nothing would mend that. A server that has just come back is given time to be found by this page.
 * @param well whether the page does what it should
 * @returns ends it
 */
export function watchOver(
  well: () => boolean,
  { ready = serverIsReady, reload = () => location.reload() } = {},
): () => void {
  let wellAt = performance.now();
  let readySince: number | undefined;
  const look = async (): Promise<void> => {
    if (well()) wellAt = performance.now();
    if (performance.now() - wellAt <= unwell.patience || !(await ready())) {
      readySince = undefined;
      return;
    }
    readySince ??= performance.now();
    if (performance.now() - readySince >= unwell.recovery && !well()) reload();
  };
  const timer = setInterval(() => void look(), unwell.look);
  return () => clearInterval(timer);
}

function serverIsReady(): Promise<boolean> {
  return fetch('/readyz', { cache: 'no-store', signal: AbortSignal.timeout(answerTimeout) }).then(
    ({ ok }) => ok,
    () => false,
  );
}
