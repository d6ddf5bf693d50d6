/** Notes in the store which zones are filmed. Servers that share it hear of a new one at once, of its times within a minute. */
import type { Store } from './store/store.ts';
import type { ExpectedZonesParts } from './zones/expected.ts';

/** @param onNews told the number of the change */
export function rememberFilmed(
  store: Store,
  onNews: (number: number) => void,
): ExpectedZonesParts['note'] {
  return async (zones, isNews) => {
    if (!isNews || store.local) return store.filmedZones.note(zones);
    const number = await store.transaction(async (records) => {
      const change = await records.news.add();
      await records.filmedZones.note(zones);
      return change;
    });
    onNews(number);
  };
}
