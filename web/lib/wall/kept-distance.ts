/** From where this browser's wall is read: it hangs where it hangs. */
import { siteStorage } from '../browser-storage.ts';
import { parseDistance } from './type-scale.ts';

const key = 'surveillance-distance';

export function keptDistance(): number | undefined {
  return parseDistance(siteStorage.getItem(key));
}

export function keepDistance(distance: number | undefined): void {
  if (distance === undefined) siteStorage.removeItem(key);
  else siteStorage.setItem(key, `${distance}`);
}
