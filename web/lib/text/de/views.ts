/** What is said of views: of saved walls and stages. */
import type { Texts } from '../texts.ts';

export const views: Texts['views'] = {
  savedAs: (name: string) => `Als ${name} gespeichert.`,
  renamed: (name: string) => `Sie heißt jetzt ${name}.`,
  forgotten: (name: string) => `${name} ist vergessen.`,
  forgetQuestion: (name: string) => `${name} vergessen?`,
  forgetShared: (name: string) => `${name} für alle vergessen?`,
  takenOver: (count: number, left: string[]) =>
    `${count === 1 ? '1 Wand' : `${count} Wände`} dieses Browsers ${count === 1 ? 'ist' : 'sind'} für Sie am Server gespeichert.${
      left.length > 0 ? ` Nicht übernommen: ${left.join('; ')}` : ''
    }`,
  keptHere: (count: number) =>
    `${count === 1 ? 'Eine Wand ist' : `${count} Wände sind`} nur in diesem Browser gespeichert.`,
  takeOver: 'Am Server behalten',
  leave: 'Dort lassen',
  missing: (view: string) =>
    `Die Ansicht „${view}“ gibt es nicht, oder sie ist nicht für die hier angemeldete Person freigegeben.`,
  missingAdvice:
    'Sie erscheint hier von selbst, sobald jemand sie freigibt. Die Schichtleitung gibt eine gespeicherte Wand frei, indem sie sie erneut speichert.',
  own: 'Ihre',
  shared: 'Freigegeben',
  sharing: 'Freigeben für',
  sharingHint: 'Niemand erhält dadurch ein Recht: Alle sehen nur Zonen, die sie sehen dürfen.',
  everybody: 'Ohne Konten ist eine gespeicherte Wand für alle da.',
  onlyMine: 'Niemand angekreuzt: Sie gehört nur Ihnen.',
  ownOnly: 'Sie gehört nur Ihnen; Schichtleitung und Administratoren können Ansichten freigeben.',
  kiosk: 'Öffnet sich als Kiosk: Kacheln und sonst nichts',
  withTour: 'Mit dem laufenden Rundgang',
  rename: 'Umbenennen …',
  renaming: { title: 'Diese Ansicht umbenennen', save: 'Umbenennen' },
};
