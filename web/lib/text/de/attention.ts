/** What is said of trouble: the status bar, what happened, and shifts that are handed over. */
import type { Texts } from '../texts.ts';

const cameras = (count: number): string => (count === 1 ? '1 Kamera' : `${count} Kameras`);

export const attention: Texts['attention'] = {
  bar: {
    label: 'Status',
    live: (live: number, all: number) => `${live}/${all} live`,
    stalled: (count: number) => `${count} eingefroren`,
    lost: (count: number) => `${count} ausgefallen`,
    without: (count: number) => `${count} ohne Kamera`,
    server: 'Server',
    connecting: 'Verbindung zum Server wird aufgebaut',
    unheard: (time: string) => `seit ${time} nichts vom Server gehört`,
    old: (time: string) => `Stand ${time}`,
    fresh: (count: number) => `${count} neu`,
    open: 'Ereignisse',
    close: 'Schließen',
  },
  statesOf: (time: string) => `Der Server ist nicht zu hören: Zustände mit Stand ${time}.`,
  badge: (count: number, title: string) => (count > 0 ? `(${count}) ${title}` : title),
  list: {
    title: 'Ereignisse',
    since: (time: string) => `Seit ${time}`,
    filter: 'Anzeigen',
    filters: { open: 'Offen', all: 'Alle', bookmarks: 'Lesezeichen' },
    none: {
      open: 'Nichts ist offen.',
      all: 'Nichts ist geschehen.',
      bookmarks: 'Es gibt noch keine Lesezeichen.',
    },
    acknowledge: 'Quittieren',
    acknowledgeAll: 'Alle quittieren',
    acknowledged: (by: string, time: string) => `Von ${by} um ${time} quittiert`,
    mayNot: 'Sie dürfen dies lesen, aber nicht quittieren.',
    note: 'Notiz',
    noteOf: (by: string, time: string) => `${by}, ${time}`,
    writeNote: 'Notiz hinzufügen',
    changeNote: 'Notiz ändern',
    save: 'Speichern',
    cancel: 'Abbrechen',
    sound: 'Ton bei neuen Störungen',
    unreachable: 'Diese Liste ist alt: Der Server ist nicht zu hören.',
    more: (count: number) => `und ${count} weitere`,
    times: (zone: string, times: number, since: string) =>
      `${zone} seit ${since} ${times}-mal ausgefallen`,
    back: (zone: string) => `${zone} ist wieder da`,
    over: (time: string) => `vorbei um ${time}`,
    goesOn: 'dauert an',
  },
  what: {
    'zones-lost': (count, _subject, time) => `${cameras(count)} um ${time} ausgefallen`,
    'zones-stalled': (count, _subject, time) => `${cameras(count)} um ${time} eingefroren`,
    'gateway-gone': (count, subject, time) =>
      count > 0
        ? `Gateway ${subject} um ${time} ausgefallen, mit ${cameras(count)}`
        : `Gateway ${subject} um ${time} ausgefallen`,
    'node-lost': (_count, subject, time) =>
      `Server ${subject} um ${time} ausgefallen; seine Kameras kommen auf einem anderen zurück`,
    'camera-tampered': (count, _subject, time) => `Sabotage an ${cameras(count)} um ${time}`,
    'zones-ended': (count, _subject, time) => `${cameras(count)} um ${time} von Hand beendet`,
    'node-drains': (_count, subject, time) =>
      `Server ${subject} hat seine Clients um ${time} übergeben`,
    bookmark: (_count, by, time) => `Lesezeichen von ${by} um ${time}`,
  },
  bookmark: {
    tool: 'Lesezeichen',
    noPicture: 'Kein Lesezeichen: Es gibt noch kein Bild.',
    added: (time: string) => `Lesezeichen bei ${time} gesetzt, unter Ereignisse`,
    notAdded: (reason: string) => `Kein Lesezeichen gesetzt: ${reason}`,
    note: 'Notiz zum Lesezeichen, falls nötig',
    save: 'Speichern',
    noted: (time: string) => `Die Notiz steht beim Lesezeichen von ${time}`,
    notNoted: (reason: string) => `Die Notiz ist nicht gespeichert: ${reason}`,
  },
  panes: {
    now: {
      lost: (zone: string) => `${zone}: Die Kamera ist ausgefallen.`,
      stalled: (zone: string) => `${zone}: kein neues Bild, das Bild ist alt.`,
      failed: (zone: string) => `${zone}: kann nicht gezeigt werden.`,
      back: (zone: string) => `${zone}: wieder live.`,
    },
    many: (count: number) => `${count} Kacheln haben sich geändert; siehe Ereignisse.`,
  },
  handover: {
    title: 'Übergabe',
    open: 'Übergabe …',
    intro:
      'Was offen ist, steht unten zusammen. Wer übernimmt, bestätigt es mit der eigenen Anmeldung.',
    text: 'Was die nächste Schicht wissen muss',
    name: 'Ihr Name',
    begin: 'Übergeben',
    confirm: 'Übernehmen',
    withdraw: 'Zurückziehen',
    print: 'Drucken',
    close: 'Schließen',
    from: (name: string, time: string) => `${name} übergibt, ${time}`,
    done: (from: string, to: string, time: string) => `${from} hat an ${to} übergeben, ${time}`,
    waits: 'Wartet auf die Ablösung: Sie bestätigt mit ihrer eigenen Anmeldung.',
    openThings: (count: number) => (count === 0 ? 'Nichts ist offen.' : `Offen: ${count}`),
    more: 'Es ist mehr offen, als hier genannt wird.',
    bookmarks: (count: number) => `Lesezeichen der Schicht: ${count}`,
    before: 'Frühere Übergaben',
    none: 'Noch keine Schicht wurde übergeben.',
  },
};
