/** Recovery for a screen that nobody sits at. */
import { addressOf } from '../../../server/contract/route.ts';
import { healthRoutes } from '../../../server/contract/routes.ts';

const unwell = { look: 5000, tolerated: 60_000, recovery: 15_000 }; // ms
const answerTimeout = 4000; // ms

/**
 * Reloads the page when it has been unwell for a minute: the last resort, for faults that nobody thought of. Only
 * from a server that is ready: else the browser's or a proxy's error page would come instead, and nothing would
 * mend that. A server that has just come back is given time to be found by this page.
 * @param well whether the page does what it should
 * @returns stops it
 */
export function watchOver(
  well: () => boolean,
  { ready = serverIsReady, reload = () => location.reload() } = {},
): () => void {
  let wellAt = performance.now();
  let readySince: number | undefined;
  const look = async (): Promise<void> => {
    if (well()) wellAt = performance.now();
    if (performance.now() - wellAt <= unwell.tolerated || !(await ready())) {
      readySince = undefined;
      return;
    }
    readySince ??= performance.now();
    if (performance.now() - readySince >= unwell.recovery && !well()) reload();
  };
  const timer = setInterval(() => void look(), unwell.look);
  return () => clearInterval(timer);
}

/** Screens of a building do not load their pages all at once, ms. */
const departure = { soonest: 5000, spread: 60_000 };

/**
 * Loads the page anew, as nobody sits there to do it, from a server that is ready.
 * @returns stops it
 */
export function takeUpNewer({
  ready = serverIsReady,
  reload = () => location.reload(),
} = {}): () => void {
  const look = async (): Promise<void> => {
    if (await ready()) reload();
  };
  const pause = departure.soonest + Math.random() * departure.spread;
  const timer = setInterval(() => void look(), pause);
  return () => clearInterval(timer);
}

function serverIsReady(): Promise<boolean> {
  const signal = AbortSignal.timeout(answerTimeout);
  return fetch(addressOf(healthRoutes.ready), { cache: 'no-store', signal }).then(
    ({ ok }) => ok,
    () => false,
  );
}
