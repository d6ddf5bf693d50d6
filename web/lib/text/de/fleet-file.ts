/** What is done to many zones of the fleet at once, and files of zones that are read. */
import type { Texts } from '../texts.ts';

const zones = (count: number): string => (count === 1 ? '1 Zone' : `${count} Zonen`);
const keys = (count: number): string => (count === 1 ? '1 Schlüssel' : `${count} Schlüssel`);
const lines = (count: number): string => (count === 1 ? '1 Zeile kann' : `${count} Zeilen können`);

export const fleetFile: Texts['fleetFile'] = {
  open: 'CSV-Datei lesen …',
  title: 'Zonen aus einer CSV-Datei hinzufügen',
  about:
    'Die erste Zeile nennt die Spalten: „Zone“ für eine Zone, die zu erwarten ist, und „Neuer Schlüssel“, das leer sein darf, für den Namen eines Kameraschlüssels, der für sie entsteht. Andere Spalten werden übergangen; eine gespeicherte Datei dieser Tabelle kann also ausgefüllt werden.',
  file: 'CSV-Datei',
  add: (count, made) =>
    `${zones(count)} hinzufügen${made > 0 ? ` und ${keys(made)} erstellen` : ''}`,
  close: 'Schließen',
  faulty: (count) => `${lines(count)} nicht verwendet werden und entfallen:`,
  line: (line, reason) => `Zeile ${line}: ${reason}`,
  noLine: 'Die Datei enthält nichts, was hinzuzufügen wäre.',
  tooLarge: (most) => `Die Datei ist größer als ${most} kB. Teilen Sie sie.`,
  tooMany: (count, most) =>
    `Die Datei hat ${count} Zeilen; höchstens ${most} werden gelesen. Teilen Sie sie.`,
  noZoneColumn: 'Keine Spalte heißt „Zone“. Nennen Sie sie in der ersten Zeile.',
  faults: {
    'open-quote': 'Ein Anführungszeichen wird nie geschlossen; niemand weiß, wo seine Zelle endet.',
    'no-text': 'Das ist kein Text in UTF-8. Speichern Sie die Datei als „CSV UTF-8“.',
  },
  wrongZone: 'Eine Zone hat 1–64 Buchstaben, Ziffern und Bindestriche.',
  wrongKey: 'Der Name des Schlüssels hat unsichtbare Zeichen, ist leer oder länger als 64.',
  twice: (line) => `Dieselbe Zone wie in Zeile ${line}.`,
  noKeys: 'Sie können hier keine Schlüssel erstellen: lassen Sie die Zelle leer.',
  keyThere: (key) => `Den Schlüssel ${key} gibt es schon.`,
  choose: 'Wählen',
  chooseOne: (zone) => `${zone} wählen`,
  chooseAll: 'Alle gezeigten wählen',
  chosen: (count) => `${zones(count)} gewählt`,
  makeKeys: 'Je einen Kameraschlüssel erstellen',
  revokeKeys: 'Ihre Schlüssel widerrufen',
  revokeQuestion: (count) => `Die Kameras von ${zones(count)} werden sofort getrennt.`,
  revokeYes: 'Widerrufen',
  forget: 'Zonen vergessen',
  forgetQuestion: (count) =>
    `${zones(count)} ${count === 1 ? 'wird' : 'werden'} nicht mehr erwartet: mit Masken und Hinweisen von der Liste genommen.`,
  forgetYes: 'Vergessen',
  keyName: (zone) => `Kamera von ${zone}`.slice(0, 64),
  progress: (done, all) => `${done} von ${all} sind erledigt …`,
  ended: (done, failed) =>
    failed === 0
      ? `${done} erledigt.`
      : `${done} erledigt. ${failed} nicht: der Grund steht bei jeder.`,
  listed: (zone) => `${zone} wird erwartet.`,
  listedWithKey: (zone, key) => `${zone} wird erwartet, der Schlüssel ${key} ist erstellt.`,
  keyMade: (key) => `Der Schlüssel ${key} ist erstellt.`,
  noOwnKey:
    'Sie hat keinen eigenen Schlüssel. Einer für mehrere Zonen wird unter „Schlüssel“ widerrufen.',
  revoked: (names) => `${names}: widerrufen.`,
  forgotten: (zone) => `${zone} ist vergessen.`,
  made: (count) => `${keys(count)} erstellt: nur jetzt gezeigt`,
  madeAbout:
    'Die Datei enthält für jede Kamera einen Einrichtungslink, der einmal gilt, und was ein Programm stattdessen sendet. Verwahren Sie sie wie Passwörter.',
  saveKeys: 'Schlüssel als CSV speichern',
  savedKeys: (file) => `${file} ist gespeichert.`,
  done: 'Fertig',
  authorization: (secret) => `Bearer ${secret}`,
  columns: {
    zone: 'Zone',
    newKey: 'Neuer Schlüssel',
    key: 'Schlüssel',
    link: 'Einrichtungslink',
    until: 'Gültig bis',
    header: 'Authorization',
  },
};
