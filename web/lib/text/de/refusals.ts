/** What the server refuses: it says why in English, beside a code. */
import type { ErrorCode } from '../../../../server/contract/errors.ts';
import type { Texts } from '../texts.ts';
import { sentences, templates } from './refusal-sentences.ts';

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

/** What a template may stand for is of one line. */
const known = templates.map(([said, german]) => {
  const literal = said.split('{}').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return { fits: new RegExp(`^${literal.join('(.+?)')}$`), german: german.split('{}') };
});

/** A sentence of the server in German; undefined for one that is not known. */
function translated(sentence: string): string | undefined {
  if (sentences[sentence] !== undefined) return sentences[sentence];
  for (const { fits, german } of known) {
    const values = fits.exec(sentence)?.slice(1);
    if (values) return german.map((part, at) => part + (values[at] ?? '')).join('');
  }
  return undefined;
}

export const refusals: Texts['refusals'] = {
  told: (code, sentence) =>
    translated(sentence) ?? (sentence === '' ? meanings[code] : `${meanings[code]} (${sentence})`),
};
