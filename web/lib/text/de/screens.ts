/** What is said of screens: walls and desks on which others can put something. */
import type { Texts } from '../texts.ts';

export const screens: Texts['screens'] = {
  usualName: 'Bildschirm 1',
  own: 'Dieser Bildschirm',
  ownHint:
    'Wie dieser Bildschirm heißt, wo andere etwas an ihn senden; wird in diesem Browser gemerkt',
  send: 'An Bildschirm senden …',
  title: 'An einen Bildschirm senden',
  screen: 'Bildschirm',
  what: 'Was',
  oneZone: 'Eine Zone',
  view: 'Eine Ansicht',
  zone: 'Zone, die gezeigt wird',
  zoneHint: 'Sie nimmt dort eine Kachel ein; die anderen bleiben.',
  savedView: 'Ansicht, die gezeigt wird',
  sendNow: 'Senden',
  close: 'Schließen',
  takeBack: 'Zurücknehmen',
  none: 'Nirgends ist eine Wand offen. Wird eine geöffnet, erscheint sie hier.',
  noZone: 'Eine Zonenkennung hat 1–64 Buchstaben, Ziffern und Bindestriche.',
  unknownAt: (nodes: string[]) =>
    `Bildschirme dieser Server sind jetzt nicht bekannt: ${nodes.join(', ')}.`,
  sent: (screen: string) => `An ${screen} gesendet.`,
  takenBack: (screen: string) => `${screen} zeigt wieder das Eigene.`,
  pages: { wall: 'Videowand', desk: 'Arbeitsplatz' },
  label: (name: string, page: string, who: string) => `${name} · ${page}, ${who}`,
  again: (label: string, time: number) => `${label} (${time})`,
  sentBy: (by: string, what: string) => `${by} hat ${what} gesendet`,
  takenBackBy: (by: string) => `${by} hat das Gesendete zurückgenommen`,
  marked: (by: string) => `Gesendet von ${by}`,
  back: 'Zurück',
  backFrom: (zone: string) => `Zurück von ${zone}`,
};
