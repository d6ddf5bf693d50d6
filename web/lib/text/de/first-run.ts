/** What a new site still needs, on the desk and in the administration. */
import type { Texts } from '../texts.ts';

export const firstRun: Texts['firstRun'] = {
  title: 'Erste Schritte',
  steps: { camera: 'Eine Kamera', operator: 'Ein Bediener', wall: 'Eine Videowand' },
  done: 'erledigt',
  missing: 'fehlt',
  count: (done, all) => `${done} von ${all} erledigt`,
  ways: {
    enrol: 'Kamera einrichten',
    begin: 'Mit diesem Browser filmen',
    demonstrate: 'Vorführung zeigen',
    invite: 'Bediener einladen',
    open: 'Videowand öffnen',
  },
  elsewhere: 'Öffnet sich in einem anderen Tab; diese Seite bleibt.',
  putAway: 'Ausblenden',
};
