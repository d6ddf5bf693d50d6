/** The inventory of all zones. */
const zones = (count: number): string => (count === 1 ? '1 zone' : `${count} zones`);

export const fleet = {
  find: 'Find in the fleet',
  findHint: 'Zone, camera, gateway, key or state',
  counts: (shown: number, all: number, lost: number) =>
    `${shown === all ? zones(all) : `${shown} of ${zones(all)}`}${lost > 0 ? ` · ${lost} lost` : ''}`,
  coming: 'Waiting for the list of zones …',
  /** Not all zones are told at once. */
  partly: (known: number) =>
    `The first ${known} zones are shown; a part of the name finds the others.`,
  /** Not all rows stand on the page. */
  more: (shown: number) => `The first ${shown} are shown. A search shows others; the file has all.`,
  none: 'No zone fits.',
  save: 'Save as CSV',
  saved: (file: string, count: number) => `Saved ${file}: ${zones(count)}.`,
  zone: 'Zone',
  picture: 'Picture',
  state: 'State',
  lastSeen: 'Last seen',
  camera: 'Camera',
  gateway: 'Gateway',
  key: 'Key',
  now: 'now',
  lost: 'lost',
  gone: (gateway: string) => `${gateway} (gone)`,
};
