/** One's own account, and who one is in the header of each page. */
import type { Role } from '../../../../server/contract/access.ts';
import type { Texts } from '../texts.ts';
import { roles } from './roles.ts';

export const account: Texts['account'] = {
  title: 'Konto',
  of: (name: string) => `Konto von ${name}`,
  signOut: 'Abmelden',
  openAccess: 'OFFENER ZUGANG – keine Konten',
  grant: (role: Role, zones: string) =>
    `${roles[role]} in ${zones === '*' ? 'allen Zonen' : zones}`,
  noGrant: 'Noch keine Rolle: Wenden Sie sich an die Administration.',
  external:
    'Sie melden sich über einen anderen Dienst an; Passwort und zweiter Faktor werden dort geändert.',
  languageKept: 'Wird in diesem Browser gemerkt, für alle, die ihn benutzen.',
  nobody: 'Hier gibt es kein Konto: Diese Seite ist für angemeldete Personen.',
  password: {
    title: 'Passwort',
    present: 'Aktuelles Passwort',
    next: 'Neues Passwort',
    again: (label: string) => `${label} wiederholen`,
    change: 'Passwort ändern',
    changed: 'Das Passwort ist geändert. Ihre anderen Anmeldungen sind beendet.',
    rules: (least: number) =>
      `Mindestens ${least} Zeichen; kein gängiges Passwort. Einige Wörter genügen.`,
    tooShort: (length: number, least: number) => `${length} von mindestens ${least} Zeichen.`,
    notSame: 'Die beiden stimmen noch nicht überein.',
    notAgreed: (least: number) =>
      `Geben Sie zweimal dasselbe Passwort mit mindestens ${least} Zeichen ein.`,
  },
  code: {
    label: 'Code, den die App jetzt zeigt',
    once: 'Jeder Code gilt einmal: Nach einem benutzten warten Sie auf den nächsten.',
  },
  recovery: {
    title: 'Wiederherstellungscodes',
    code: 'Wiederherstellungscode',
    form: '16 Buchstaben und Ziffern, mit oder ohne Bindestriche',
    usePaper: 'Wiederherstellungscode benutzen',
    useApp: 'Code der App benutzen',
    left: (count: number) =>
      count === 0
        ? 'Keiner ist übrig: Ein verlorenes Telefon sperrt Sie aus. Erzeugen Sie neue.'
        : `${count} übrig. Jeder gilt einmal anstelle eines Codes, falls das Telefon verloren geht.`,
    open: 'Neue Wiederherstellungscodes …',
    proof: 'Ihr Passwort, für neue Wiederherstellungscodes',
    make: 'Zehn neue erzeugen',
    shownOnce:
      'Nur jetzt zu sehen. Drucken oder kopieren Sie sie an einen sicheren Ort fern vom Telefon: Jeder gilt einmal. Die bisherigen gelten nicht mehr.',
    copy: 'Alle kopieren',
    kept: 'Ich habe sie aufbewahrt',
  },
  authenticator: {
    title: 'Authenticator-App',
    on: 'Ein: Nach dem Passwort wird ein Code Ihrer App verlangt.',
    off: 'Aus. Mit ihr öffnet ein gestohlenes Passwort allein nichts.',
    scan: 'Scannen Sie dies mit der App oder geben Sie dort das Geheimnis ein; dann tippen Sie den Code, den sie zeigt.',
    qrCode: 'QR-Code für die Authenticator-App',
    secret: 'Geheimnis zum Eintippen',
    code: 'Code der App',
    switchOn: 'Einschalten',
    cancel: 'Abbrechen',
    keep: 'Behalten',
    setUp: {
      open: 'Einrichten …',
      label: 'Ihr Passwort, zum Einrichten',
      yes: 'Weiter',
    },
    replace: {
      open: 'Ersetzen …',
      label: 'Ihr Passwort, zum Ersetzen',
      yes: 'Weiter',
    },
    remove: {
      open: 'Entfernen …',
      label: 'Ihr Passwort, zum Entfernen',
      yes: 'Entfernen',
    },
    removed: 'Entfernt: Name und Passwort genügen wieder. Ihre anderen Anmeldungen sind beendet.',
    confirmed:
      'Ab der nächsten Anmeldung wird ein Code verlangt. Ihre anderen Anmeldungen sind beendet.',
  },
  signIns: {
    title: 'Wo Sie angemeldet sind',
    browser: 'Browser',
    address: 'Adresse',
    since: 'Seit',
    lastUsed: 'Zuletzt benutzt',
    end: 'Beenden',
    thisOne: (browser: string) => `${browser} – dieser`,
    signOutEnds: 'Wird durch Abmelden beendet.',
    question: 'Diese Anmeldung beenden?',
    yes: 'Beenden',
    ended: 'Diese Anmeldung ist beendet.',
  },
};
