/** The names of the site's zones, as far as whoever sits here may know them. */
import { mayI } from '../access/who.ts';
import { ask, routes } from '../api/ask.ts';
import { KnownNames } from './known-names.svelte.ts';

/** Read at once; who only films is told no names, and no name is called a mistake. */
export function siteNames(): KnownNames {
  const known = new KnownNames(async () =>
    mayI('zone:watch') ? ask(routes.zones.names) : { names: [], partly: true },
  );
  void known.refresh();
  return known;
}
