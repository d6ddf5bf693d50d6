/** Says what became of panes: each by its name, and many as a number. */
import type { Status } from '../session/status.ts';
import { texts } from '../text/texts.ts';

const text = texts.attention.panes;
/** Panes that are named; more are a number. */
const named = 4;

type Standing = 'well' | 'lost' | 'stalled' | 'failed';
const standings: Partial<Record<Status, Standing>> = {
  STREAMING: 'well',
  STALLED: 'stalled',
  'WAITING FOR CAMERA': 'lost',
  FAILED: 'failed',
};

export class PaneWords {
  /** Of each pane that was ever well or failed. */
  #known = new Map<string, Standing>();

  /** @returns what is to be said of those that have changed since the last look; empty for nothing */
  look(panes: Iterable<readonly [zone: string, status: Status]>): string {
    const before = this.#known;
    const now = new Map<string, Standing>();
    const said: string[] = [];
    for (const [zone, status] of panes) {
      const former = before.get(zone);
      // On its way to another state, or asleep, it is what it was.
      const standing = standings[status] ?? former;
      if (standing === undefined) continue;
      // A camera that has not come yet is none that was lost.
      if (standing === 'lost' && former === undefined) continue;
      now.set(zone, standing);
      if (standing === former || (standing === 'well' && former === undefined)) continue;
      said.push(standing === 'well' ? text.now.back(zone) : text.now[standing](zone));
    }
    this.#known = now;
    return said.length > named ? text.many(said.length) : said.join(' ');
  }
}
