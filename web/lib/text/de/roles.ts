/** What people, keys and actors of the audit are called in a sentence or a table. */
import type { Texts } from '../texts.ts';

export const roles: Texts['roles'] = {
  administrator: 'Administrator',
  supervisor: 'Schichtleitung',
  operator: 'Bediener',
  viewer: 'Betrachter',
  installer: 'Errichter',
  camera: 'Kamera',
  wall: 'Videowand',
};

export const actors: Texts['actors'] = {
  person: 'Person',
  key: 'Schlüssel',
  anyone: 'jeder',
  service: 'Dienst',
};
