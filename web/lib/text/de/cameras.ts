/** Gateways and their cameras, in the administration. */
import type { SiteCameraState, TroubleCode } from '../../../../server/contract/gateway.ts';
import type { Texts } from '../texts.ts';

const troubles: Record<TroubleCode, string> = {
  unreachable:
    'Unter dieser Adresse antwortet nichts. Prüfen Sie Adresse, Kabel und Stromversorgung.',
  'wrong-password':
    'Die Kamera lehnt Benutzer oder Passwort ab. Es wird nicht erneut versucht, damit sie das Konto nicht sperrt: Geben Sie die richtigen an.',
  'wrong-path':
    'Die Kamera antwortet, hat aber keinen solchen Stream. Prüfen Sie den Pfad der URL.',
  'not-rtsp': 'Was dort antwortet, spricht kein RTSP. Prüfen Sie Adresse und Port.',
  'wrong-network':
    'Das Gateway darf dieses Netz nicht erreichen. Nennen Sie es unter „networks“ in der Datei des Gateways.',
  certificate:
    'Dem Zertifikat der Kamera wird nicht vertraut. Testen Sie die Kamera und vergleichen Sie ihren Fingerabdruck, oder geben Sie ihre Zertifizierungsstelle an.',
  'no-session':
    'Die Kamera nimmt keine weiteren Betrachter an. Beenden Sie einen ihrer anderen Betrachter.',
  'unsupported-codec':
    'Browser können nicht zeigen, was sie sendet. Lassen Sie die Kamera H264 senden, oder erlauben Sie die Umwandlung.',
  stalled: 'Sie antwortet, sendet aber keine ganzen Bilder. Prüfen Sie ihr Netz und ihren Encoder.',
  closed: 'Die Kamera hat den Stream beendet. Es wird von selbst erneut versucht.',
  'other-camera':
    'Unter dieser Adresse antwortet eine andere Kamera. Sie wird erst gezeigt, wenn Sie sie als die richtige bestätigen: Speichern Sie die Kamera erneut.',
  'streams-differ':
    'Haupt- und Nebenstream zeigen nicht dasselbe Bild, darum wird nur der Hauptstream gesendet. Geben Sie beiden dieselbe Form und denselben Codec.',
  'masks-required':
    'Die Zone hat Datenschutzmasken, die in dieses Bild nicht eingebrannt werden können. Erlauben Sie die Umwandlung, oder zeichnen Sie die Masken neu.',
  'zone-occupied': 'Eine andere Kamera filmt diese Zone.',
  forbidden: 'Der Schlüssel des Gateways erlaubt diese Zone nicht.',
  'no-way':
    'Die Bilder finden keinen Weg zum Server. Lassen Sie das Gateway zu den Medien-Ports des Servers hinaus (UDP 20000 und folgende, oder TCP), oder zu einem TURN-Server.',
  'transcoder-failed': 'Der Umwandler ist ausgefallen; er wird von selbst neu gestartet.',
  internal: 'Das Gateway ist daran gescheitert; sein Log sagt, warum.',
};

const states: Record<SiteCameraState, string> = {
  off: 'aus',
  asleep: 'schläft: niemand sieht zu',
  trying: 'verbindet',
  live: 'live',
  failed: 'fehlgeschlagen',
};

export const cameras: Texts['cameras'] = {
  about:
    'Kameras, die keine Browser sind, und die Gateways, die ihre Bilder holen; wird laufend aktualisiert.',
  none: 'Noch kein Gateway hat sich gemeldet. Starten Sie eines vor Ort, mit einem Schlüssel der Rolle Kamera (docs/gateway.md); es erscheint hier von selbst.',
  unknownAt: (nodes: string) =>
    `Zurzeit nicht bekannt: ${nodes} antwortet nicht. Was dort verbunden ist, wird im letzten Stand gezeigt.`,
  connected: 'verbunden',
  gone: (last: string) => `nicht verbunden; zuletzt hier ${last}`,
  version: (version: string) => `Version ${version}`,
  from: (address: string) => `von ${address}`,
  at: (node: string) => `am Knoten ${node}`,
  key: (name: string) => `Schlüssel ${name}`,
  noKey:
    'Sein Schlüssel wurde widerrufen: Tragen Sie einen neuen gleichen Namens in die Datei des Gateways ein.',
  clock: (seconds: string, ahead: boolean) =>
    `Seine Uhr geht ${seconds} s ${ahead ? 'vor' : 'nach'}: Stellen Sie sie über einen Zeitserver.`,
  forget: 'Vergessen',
  forgetQuestion: 'Die hier für das Gateway eingerichteten Kameras werden mit ihm entfernt.',
  forgotten: (name: string) => `Das Gateway ${name} ist vergessen.`,
  add: 'Kamera hinzufügen',
  addTo: (gateway: string) => `Kamera zu ${gateway} hinzufügen`,
  noCameras: 'Es hat noch keine Kameras.',
  tableOf: (gateway: string) => `Kameras von ${gateway}`,
  camera: 'Kamera',
  zone: 'Zone',
  address: 'Adresse',
  state: 'Zustand',
  picture: 'Bild',
  inFile: 'in der Datei des Gateways eingerichtet',
  withheld:
    'Der Schlüssel des Gateways erlaubt diese Zone nicht, darum hat das Gateway diese Kamera nicht erhalten.',
  notTold: 'Das Gateway hat dazu noch nichts gemeldet.',
  keyFrames: {
    refused: 'Sie weigert sich, auf Anfrage ein Schlüsselbild zu senden',
    hangs: 'Sie antwortet nicht, wenn sie um ein Schlüsselbild gebeten wird',
    ignored: 'Sie wird um ein Schlüsselbild gebeten und sendet keines',
    whatToDo: (what: string, seconds: string | undefined) =>
      `${what}; ein Bild, das niemand ansieht, braucht daher ${seconds === undefined ? 'lange' : `bis zu ${seconds} s`} zum Anlaufen. Stellen Sie ihr Schlüsselbild-Intervall (auch I-Frame-Intervall oder GOP genannt) auf 1 s.`,
  },
  covered: (why: string) =>
    `Niemand weiß, ob sie sich dreht, darum ist wegen der Masken der Zone ihr ganzes Bild verdeckt. Über ONVIF: ${why} Beheben Sie, was sie am Antworten hindert; bei einer Kamera, die sich nicht drehen kann, entfernen Sie die ONVIF-Adresse.`,
  narrow: 'Die Leitung ist zu schmal: Es wird kleiner gesendet, oder gar nicht.',
  states,
  troubles,
  seen: (text: string, detail: string) => `${text} (${detail})`,
  fingerprint: (digits: string) => `SHA-256 ${digits}`,
  stream: (size: string, codec: string, more: string[]) => [size, codec, ...more].join(' · '),
  frames: (rate: string) => `${rate}/s`,
  keyEvery: (seconds: string) => `Schlüsselbild alle ${seconds} s`,
  reorders: 'B-Frames',
  transcoded: 'umgewandelt',
  restarts: (times: number) => `Umwandler ${times === 1 ? 'einmal' : `${times}-mal`} ausgefallen`,
  audio: (codec: string) => `Ton ${codec}`,
  noAudio: (why: string) => `Der Ton wird nicht gesendet: ${why}.`,
  sentOneIn: (count: number) =>
    `der Rechner des Gateways ist ausgelastet: 1 von ${count} Bildern wird gesendet`,
  edit: 'Bearbeiten',
  enable: 'Einschalten',
  disable: 'Ausschalten',
  enabled: (name: string) => `${name} ist eingeschaltet.`,
  disabled: (name: string) => `${name} ist ausgeschaltet.`,
  removeQuestion: 'Ihre Zone ist dann frei.',
  removed: (name: string) => `${name} ist entfernt.`,
  form: {
    edit: (name: string) => `Kamera ${name}`,
    name: 'Name',
    nameExample: 'nordtor',
    nameRule: 'Kleinbuchstaben, Ziffern und Bindestriche',
    label: 'Bezeichnung',
    labelHint: 'Was Bediener als ihren Namen sehen.',
    url: 'Hauptstream',
    urlExample: 'rtsp://192.0.2.10/main',
    sub: 'Nebenstream',
    subExample: 'rtsp://192.0.2.10/sub',
    subHint: 'Ein kleinerer Stream desselben Bildes, für kleine Kacheln. Leer: keiner.',
    device: 'ONVIF-Gerät',
    deviceHint:
      'Darüber wird die Kamera um Schlüsselbilder gebeten, meldet, was sie bemerkt, und wird gesteuert. Leer: keines.',
    user: 'Benutzer',
    password: 'Passwort',
    kept: 'Bleibt, wie es ist',
    keptHint: 'Es wird nie gezeigt. Leer: Es bleibt, wie es ist.',
    fingerprint: 'Ihr Zertifikat',
    fingerprintExample: 'SHA-256, wie AB:CD:…',
    fingerprintHint:
      'Der Fingerabdruck des einen richtigen Zertifikats. Leer: jedes, das ihre Zertifizierungsstelle signiert hat.',
    ca: 'Ihre Zertifizierungsstelle',
    caExample: '-----BEGIN CERTIFICATE-----',
    caHint: 'PEM. Leer: die Zertifizierungsstellen, die das System des Gateways kennt.',
    unknownCertificate: 'Das Zertifikat dieser Kamera ist nicht bekannt. Ist es das richtige?',
    otherCertificate:
      'Dies ist nicht das Zertifikat, dem vertraut wurde. Wurde es erneuert, oder antwortet jemand anderes?',
    trust: 'Diesem Zertifikat vertrauen',
    transport: 'Transport',
    tcp: 'TCP',
    udp: 'UDP',
    transcode: 'Was Browser nicht zeigen können',
    auto: 'wird umgewandelt',
    never: 'wird abgelehnt',
    audio: 'Ton der Kamera senden',
    audioLaw:
      'Aus, solange Sie ihn nicht einschalten: Die meisten Gesetze erlauben nicht, Menschen an öffentlichen Orten abzuhören. Fragen Sie zuerst die für den Datenschutz verantwortliche Stelle.',
    submit: 'Kamera speichern',
    test: 'Testen',
    testing: 'Das Gateway öffnet die Kamera: Warten auf ihr erstes Bild …',
    works: 'Die Kamera funktioniert.',
    masked: 'Die Zone hat Datenschutzmasken, darum wird ihr unverdecktes Bild hier nicht gezeigt.',
    still: 'Was die Kamera jetzt zeigt',
    saved: (name: string) => `${name} ist gespeichert.`,
  },
};
