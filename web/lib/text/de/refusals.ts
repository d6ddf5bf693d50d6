/** What the server refuses: it says why in English, beside a code. */
import type { ErrorCode } from '../../../../server/contract/errors.ts';
import type { Texts } from '../texts.ts';

/** Those that people meet most, word for word. */
export const sentences: Partial<Record<string, string>> = {
  'Name, password or code are not right.': 'Name, Passwort oder Code stimmen nicht.',
  'The present password is not right.': 'Das aktuelle Passwort stimmt nicht.',
  'The present password or the code is not right. Each code is good once.':
    'Das aktuelle Passwort oder der Code stimmt nicht. Jeder Code gilt einmal.',
  'The code is not right. Each code is good once.':
    'Der Code stimmt nicht. Jeder Code gilt einmal.',
  'The code does not fit. Look at the clock of the phone, and enter the newest code.':
    'Der Code passt nicht. Prüfen Sie die Uhr des Telefons, und geben Sie den neuesten Code ein.',
  'Enter your present password too.': 'Geben Sie auch Ihr aktuelles Passwort ein.',
  'Your account was changed just now. Try again.':
    'Ihr Konto wurde gerade geändert. Versuchen Sie es erneut.',
  'This password is among the first that are guessed; choose several unrelated words.':
    'Dieses Passwort wird mit als erstes erraten; wählen Sie mehrere Wörter ohne Zusammenhang.',
  'Choose another password than the present one.':
    'Wählen Sie ein anderes Passwort als das jetzige.',
  'This link is not good any more. Ask an administrator for a new one.':
    'Dieser Link gilt nicht mehr. Bitten Sie die Administration um einen neuen.',
  'This link is not good any more. Ask for a new one.':
    'Dieser Link gilt nicht mehr. Bitten Sie um einen neuen.',
  'This is the last administrator of all zones; make another one first.':
    'Dies ist der letzte Administrator aller Zonen; legen Sie zuerst einen anderen an.',
  'You have no right to this; ask an administrator.':
    'Dazu haben Sie keine Berechtigung; wenden Sie sich an die Administration.',
  'This handover was confirmed or withdrawn meanwhile.':
    'Diese Übergabe wurde inzwischen bestätigt oder zurückgezogen.',
  'You may keep views of your own and share none; ask a supervisor to share it.':
    'Sie dürfen eigene Ansichten behalten, aber keine freigeben; bitten Sie die Schichtleitung darum.',
  'This camera keeps no presets.': 'Diese Kamera kennt keine Positionen.',
  'The camera does not answer.': 'Die Kamera antwortet nicht.',
};

/** What each code means; the server's own sentence says more. */
const meanings: Record<ErrorCode, string> = {
  'invalid-request': 'Der Server nimmt diese Angaben nicht an.',
  'unknown-event': 'Der Server kennt diese Anfrage nicht. Laden Sie die Seite neu.',
  'zone-occupied': 'Eine andere Kamera sendet in dieser Zone.',
  'not-joined': 'Die Sitzung ist dort nicht angemeldet. Laden Sie die Seite neu.',
  'not-found': 'Das gibt es nicht, oder nicht mehr.',
  'unsupported-media': 'Dieses Bild kann hier nicht gezeigt oder gesendet werden.',
  'masks-required': 'Die Zone hat Datenschutzmasken, die hier nicht möglich sind.',
  unavailable: 'Der Server kann das gerade nicht. Versuchen Sie es gleich erneut.',
  'session-replaced': 'Diese Sitzung wurde an anderer Stelle geöffnet.',
  'shut-out': 'Diese Kamera ist für eine Weile ausgesperrt.',
  'claim-expired': 'Von dieser Kamera kam rechtzeitig kein Bild.',
  'not-steerable': 'Diese Kamera kann jetzt nicht so gesteuert werden.',
  'hand-taken': 'Jemand anderes steuert diese Kamera.',
  'bit-rate-exceeded': 'Diese Kamera sendet mehr, als sie darf.',
  unauthenticated: 'Ihre Anmeldung ist beendet. Melden Sie sich erneut an.',
  'sign-in-failed': 'Die Anmeldung oder Bestätigung ist fehlgeschlagen.',
  'code-needed': 'Es wird auch ein Code Ihrer Authenticator-App verlangt.',
  'new-password-needed': 'Wählen Sie zuerst ein neues Passwort.',
  forbidden: 'Dazu haben Sie keine Berechtigung.',
  'weak-password': 'Dieses Passwort ist zu kurz oder zu gängig.',
  'name-taken': 'Diesen Namen gibt es schon.',
  'changed-meanwhile':
    'Jemand anderes hat es inzwischen geändert: Sehen Sie es sich an, und ändern Sie es erneut.',
  'last-administrator': 'Der letzte Administrator ginge verloren.',
  throttled: 'Zu viel auf einmal. Versuchen Sie es später erneut.',
  internal: 'Der Server ist gescheitert; sein Log sagt, warum.',
};

export const refusals: Texts['refusals'] = {
  told: (code, sentence) =>
    sentences[sentence] ?? (sentence === '' ? meanings[code] : `${meanings[code]} (${sentence})`),
};
