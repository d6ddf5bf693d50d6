/** What belongs to no single page: the console's name, and how a page is loaded. */
import type { Texts } from '../texts.ts';

const name = 'Leitstand Videoüberwachung';

export const site: Texts['site'] = {
  language: 'de',
  locale: 'de-DE',
  direction: 'ltr',
  languages: 'Sprache',
  name,
  title: (page: string) => `${page} – ${name}`,
  version: (version: string) => `Version ${version}`,
  navigation: 'Seiten',
  pages: {
    '/': 'Konsole',
    '/desk': 'Arbeitsplatz',
    '/wall': 'Videowand',
    '/map': 'Lageplan',
    '/admin': 'Verwaltung',
  },
  notCome:
    'Die Dateien der Konsole sind nicht gekommen. Wenn das so bleibt: Ein Browser muss JavaScript erlauben, und ein Proxy muss die Konsole unter einem eigenen Hostnamen bereitstellen, nicht unter einem Pfad einer anderen Website.',
  elsewhere: 'Eine andere Seite öffnet sich …',
  notLoaded:
    'Diese Seite konnte nicht geladen werden: Das Netz hat versagt, oder der Server wurde inzwischen erneuert.',
  noStartData:
    'Diese Seite kam ohne ihre Daten, wie aus einem Zwischenspeicher oder von einem anderen Server. Laden Sie sie neu.',
  loadAgain: 'Neu laden',
  upgrade: {
    newer:
      'Der Server wurde erneuert: Es gibt eine neuere Fassung dieser Seite. Bilder laufen weiter, bis sie geladen wird.',
    load: 'Laden',
  },
  waiting: 'Warten auf den Server …',
  unreachable: 'Der Server ist nicht erreichbar. Prüfen Sie das Netz, und versuchen Sie es erneut.',
  unreadable: (status: number) =>
    `Der Server hat mit ${status} geantwortet. Versuchen Sie es erneut.`,
};
