/** What is said of a zone wherever it stands: in lists, on tiles, over pictures. */
import type { Texts } from '../texts.ts';

export const zones: Texts['zones'] = {
  lost: (since: string, length: string) => `Ausgefallen seit ${since} (${length})`,
  days: (count: number) => (count === 1 ? '1 Tag' : `${count} Tage`),
};
