/** Keys that were made, until they are put away: nobody is told their secrets again. */
import type { NewKey } from '../../../../server/contract/api.ts';

export class FreshKeys {
  made = $state.raw<readonly NewKey[]>([]);

  keep(key: NewKey): void {
    this.made = [...this.made, key];
  }

  putAway(): void {
    this.made = [];
  }
}
