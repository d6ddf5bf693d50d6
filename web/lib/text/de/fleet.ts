/** The inventory of all zones. */
import type { Texts } from '../texts.ts';

const zones = (count: number): string => (count === 1 ? '1 Zone' : `${count} Zonen`);

export const fleet: Texts['fleet'] = {
  find: 'Im Bestand suchen',
  findHint: 'Zone, Kamera, Gateway, Schlüssel oder Zustand',
  counts: (shown: number, all: number, lost: number) =>
    `${shown === all ? zones(all) : `${shown} von ${zones(all)}`}${lost > 0 ? ` · ${lost} ausgefallen` : ''}`,
  coming: 'Warten auf die Liste der Zonen …',
  partly: (known: number) =>
    `Die ersten ${known} Zonen werden gezeigt; ein Teil des Namens findet die anderen.`,
  more: (shown: number) =>
    `Die ersten ${shown} werden gezeigt. Eine Suche zeigt andere; die Datei hat alle.`,
  none: 'Keine Zone passt.',
  save: 'Als CSV speichern',
  saved: (file: string, count: number) => `${file} gespeichert: ${zones(count)}.`,
  zone: 'Zone',
  picture: 'Bild',
  state: 'Zustand',
  lastSeen: 'Zuletzt gesehen',
  camera: 'Kamera',
  gateway: 'Gateway',
  key: 'Schlüssel',
  now: 'jetzt',
  lost: 'ausgefallen',
  gone: (gateway: string) => `${gateway} (nicht da)`,
};
