/** Finding cameras, and what they say of themselves, in the administration. */
import type { OnvifTrouble } from '../../../../server/contract/onvif.ts';
import type { Texts } from '../texts.ts';

const troubles: Record<OnvifTrouble['code'], string> = {
  unreachable:
    'Dort antwortet nichts, oder nicht rechtzeitig. Prüfen Sie Adresse, Kabel und Stromversorgung.',
  'not-onvif':
    'Was dort antwortet, spricht kein ONVIF. Prüfen Sie die Adresse, und schalten Sie ONVIF in den Einstellungen der Kamera ein.',
  'wrong-password':
    'Die Kamera lehnt Benutzer oder Passwort ab. Viele Kameras führen für ONVIF eigene Benutzer.',
  forbidden: 'Dieser Benutzer darf das an der Kamera nicht. Geben Sie ihm dort mehr Rechte.',
  'not-supported': 'Die Kamera kann das nicht.',
  refused: 'Die Kamera lehnt das ab.',
  'wrong-network':
    'Das Gateway darf dieses Netz nicht erreichen. Nennen Sie es unter „networks“ in der Datei des Gateways.',
  certificate:
    'Dem Zertifikat der Kamera wird nicht vertraut. Benutzen Sie http://, oder richten Sie die Kamera von Hand ein.',
  internal: 'Das Gateway ist daran gescheitert; sein Log sagt, warum.',
};

export const finding: Texts['finding'] = {
  find: (gateway: string) => `Kameras von ${gateway} suchen`,
  title: (gateway: string) => `Kameras, die ${gateway} findet`,
  list: 'Gefundene Kameras',
  waiting: 'Das Gateway fragt in seinen Netzen: 3 s Warten auf Antworten …',
  found: (count: number, from: string) =>
    from === ''
      ? 'Dieses Gateway ist in keinem der Netze, die seine Datei nennt, und kann sich nicht umsehen. Geben Sie die Adresse der Kamera an.'
      : count === 0
        ? `Keine Kamera hat geantwortet, gefragt von ${from}. Schalten Sie ONVIF und dessen Suche in den Kameras ein, oder geben Sie eine Adresse an.`
        : `${count === 1 ? 'Eine Kamera hat' : `${count} Kameras haben`} geantwortet, gefragt von ${from}.`,
  nameless: 'Eine Kamera',
  already: (name: string) => `schon eingerichtet als ${name}`,
  other: (host: string) => `Sie nennt ${host} als eigene Adresse; diese wird nicht benutzt.`,
  setUp: 'Einrichten',
  setUpOne: (name: string, address: string) => `${name} an ${address} einrichten`,
  again: 'Erneut suchen',
  byHand: 'Adresse angeben',
  questions: (name: string) => (name === '' ? 'Kamera an einer Adresse' : `${name} einrichten`),
  device: 'Gerät',
  deviceExample: 'http://192.0.2.10/onvif/device_service',
  ask: 'Kamera fragen',
  askAgain: 'Erneut fragen',
  asking: 'Das Gateway fragt die Kamera: Warten auf ihre Antwort …',
  answered: 'Die Kamera hat geantwortet: Wählen Sie ihre Streams.',
  noStreams: 'Die Kamera hat geantwortet und bietet keinen eigenen Stream an.',
  profiles: 'Was die Kamera anbietet',
  profileName: (name: string, token: string) => `${name} (${token})`,
  profile: (name: string, token: string, facts: string) => `${name} (${token}): ${facts}`,
  main: 'Hauptstream von',
  sub: 'Nebenstream von',
  none: 'keiner',
  frames: (rate: string) => `${rate}/s`,
  rate: (mbit: string) => `${mbit} Mbit/s`,
  keyEvery: (seconds: string) => `Schlüsselbild alle ${seconds} s`,
  setInterval: 'Auf 1 s stellen',
  setIntervalOf: (name: string, token: string) =>
    `Auf 1 s stellen: Schlüsselbilder von ${name} (${token})`,
  setBaseline: 'Auf „keine B-Frames“ stellen',
  setBaselineOf: (name: string, token: string) =>
    `Auf „keine B-Frames“ stellen (Baseline): ${name} (${token})`,
  encoderSet: 'Die Kamera hat es übernommen.',
  clock: {
    days: (count: string) => `${count} Tage`,
    hours: (count: string) => `${count} Stunden`,
    minutes: (count: string) => `${count} Minuten`,
    seconds: (count: string) => `${count} s`,
    words: (duration: string, ahead: boolean) =>
      `Die Uhr der Kamera geht ${duration} ${ahead ? 'vor' : 'nach'}: Stellen Sie sie über einen Zeitserver.`,
  },
  use: 'Diese Streams benutzen',
  back: 'Zurück',
  seen: (words: string, detail: string | undefined) => (detail ? `${words} (${detail})` : words),
  troubles,
};
