/** What the operator's desk says. */
import type { Texts } from '../texts.ts';

export const desk: Texts['desk'] = {
  title: 'Arbeitsplatz',
  navigator: 'Zonen',
  showNavigator: 'Zonen',
  hideNavigator: 'Zonen schließen',
  stage: 'Bilder',
  find: 'Zone suchen',
  findHint: 'Name oder Nummer · Taste /',
  found: (count: number, all: number) =>
    count === all ? `${all} Zonen` : `${count} von ${all} Zonen`,
  coming: 'Warten auf die Liste der Zonen …',
  partly: (known: number) =>
    `Die ersten ${known} werden gezeigt; ein Teil des Namens findet die anderen.`,
  noSuch: (name: string) => `Keine Zone hat ${name} im Namen.`,
  nearest: 'Am nächsten:',
  noName: 'Namen haben nur Buchstaben, Ziffern und Bindestriche.',
  tree: 'Zonen nach Bereich',
  favourites: 'Favoriten',
  other: 'Andere Zonen',
  groupOf: (count: number, lost: number) =>
    lost > 0 ? `${count} · ${lost} ohne Kamera` : `${count}`,
  star: 'Favorit (Taste s)',
  states: {
    idle: 'keine Kamera',
    connecting: 'verbindet',
    connected: 'bereit',
    streaming: 'live',
    stalled: 'eingefroren',
  },
  cutOff: (node: string) => `nicht erreichbar: gefilmt an ${node}`,
  alsoOpen: (state: string) => `${state} · in einer Kachel`,
  row: (zone: string, state: string, number: number, isOpen: boolean, isFavourite: boolean) =>
    `${zone}, ${state}${isOpen ? ', in einer Kachel' : ''}${isFavourite ? ', Favorit' : ''}, Nummer ${number}`,
  still: (zone: string, age: string) => `Standbild von ${zone}, ${age} alt`,
  typed: (number: string, zone: string) => `${number} – Enter öffnet ${zone}`,
  typedNone: (number: string) => `Eine Nummer ${number} gibt es in der Liste nicht.`,
  views: 'Ansichten',
  layout: 'Aufteilung',
  panes: (count: number) => (count === 1 ? '1 Kachel' : `${count} Kacheln`),
  closeAll: 'Alle schließen',
  close: (zone: string) => `${zone} schließen`,
  full: (most: number) =>
    `${most} Kacheln sind offen, mehr geht nicht. Schließen Sie eine, oder ziehen Sie die Zone auf eine Kachel, deren Platz sie einnehmen soll.`,
  empty: {
    title: 'Öffnen Sie eine Zone aus der Liste',
    advice:
      'Klicken Sie sie an, ziehen Sie sie hierher, oder drücken Sie / und tippen Sie einen Teil ihres Namens, dann Enter. Mehrere Zonen stehen nebeneinander.',
    find: 'Liste durchsuchen',
  },
  noZones: {
    title: 'Es gibt noch keine Zone',
    advice:
      'Zonen erscheinen hier, sobald eine Kamera eine filmt. Eine Kamera ist jeder Browser: Öffnen Sie dort die Konsole, geben Sie den Namen der Zone ein, wählen Sie die Rolle einer Kamera und beginnen Sie.',
    open: 'Kamera in diesem Browser hinzufügen',
    administer: 'Eine Kamera registrieren, die von selbst startet',
  },
};
