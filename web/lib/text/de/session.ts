/** What a session says: how it stands, why it cannot go on, and what to do about it. */
import type { Texts } from '../texts.ts';

export const session: Texts['session'] = {
  faults: {
    'permission-refused': {
      title: 'Kein Recht auf die Kamera',
      advice:
        'Dieser Browser lässt die Seite die Kamera nicht benutzen. Erlauben Sie die Kamera in den Website-Einstellungen neben der Adresszeile, und starten Sie die Sitzung erneut.',
      awaits:
        'Warten auf das Recht, die Kamera zu benutzen. Erlauben Sie die Kamera in den Website-Einstellungen neben der Adresszeile; das Filmen beginnt dann von selbst.',
    },
    'no-device': {
      title: 'Kein Kameragerät',
      advice:
        'Es wurde keine Kamera gefunden. Stecken Sie eine an, prüfen Sie Kabel und Treiber, und starten Sie die Sitzung erneut.',
      awaits:
        'Warten auf das Kameragerät … Stecken Sie es an, prüfen Sie Kabel und Treiber; das Filmen geht dann von selbst weiter.',
    },
    'device-busy': {
      title: 'Kamera wird benutzt',
      advice:
        'Ein anderes Programm hält die Kamera. Schließen Sie es, und starten Sie die Sitzung erneut.',
      awaits:
        'Warten auf das Kameragerät … Ein anderes Programm hält es. Schließen Sie dieses; das Filmen geht dann von selbst weiter.',
    },
    'other-device': {
      title: 'Nicht die Kamera, die vorher da war',
      advice:
        'Die Datenschutzmasken dieser Zone wurden für die Sicht einer anderen Kamera gezeichnet, darum wird nichts gesendet. Stecken Sie jene an, oder wählen Sie unter „Kameragerät“ eine Kamera, prüfen Sie die Masken, und starten Sie die Sitzung erneut.',
      awaits:
        'Die Datenschutzmasken dieser Zone wurden für die Sicht einer anderen Kamera gezeichnet. Warten auf jenes Kameragerät … Um mit dieser zu filmen, wählen Sie sie unter „Kameragerät“, und prüfen Sie die Masken.',
    },
    'insecure-page': {
      title: 'Seite nicht über HTTPS',
      advice:
        'Browser geben Kameras nur sicheren Seiten frei. Öffnen Sie diese Seite mit https:// vor ihrer Adresse.',
    },
    'zone-occupied': {
      title: 'Zone durch andere Kamera belegt',
      advice:
        'Eine andere Kamera sendet in dieser Zone. Beenden Sie dort die Sitzung, oder wählen Sie eine andere Zonenkennung, und starten Sie die Sitzung erneut.',
      awaits:
        'Diese Kamera steht bereit. Sie filmt, wenn die andere weg ist; um jetzt zu filmen, beenden Sie dort die Sitzung.',
    },
    'session-replaced': {
      title: 'In einem anderen Fenster geöffnet',
      advice:
        'Diese Sitzung läuft in einem anderen Fenster weiter. Starten Sie sie erneut, um sie hierher zurückzuholen.',
      awaits:
        'Dieses Gerät filmt die Zone in einem anderen Fenster. Dieses steht bereit und filmt, wenn jenes geschlossen wird.',
    },
    'shut-out': {
      title: 'Diese Kamera ist ausgesperrt',
      advice:
        'Was sie sendete, hat die Medien-Worker des Servers zweimal beendet. Sehen Sie nach ihrem Gerät und ihrer Software, oder ersetzen Sie sie; der Server nimmt sie nach einer Weile oder nach einem Neustart wieder an.',
    },
    unauthenticated: {
      title: 'Ihre Anmeldung ist beendet',
      advice:
        'Die Administration hat sie beendet, oder ihre Zeit ist abgelaufen. Starten Sie die Sitzung erneut: Zuerst kommt die Anmeldeseite.',
    },
    'key-revoked': {
      title: 'Der Schlüssel dieses Geräts wurde widerrufen',
      advice:
        'Nichts wird mehr gesendet oder gezeigt. Bitten Sie die Administration um einen neuen Schlüssel, und öffnen Sie seinen Registrierungslink auf diesem Gerät.',
    },
    forbidden: {
      title: 'In dieser Zone nicht berechtigt',
      advice:
        'Ihre Rolle gilt in dieser Zone nicht, oder nicht mehr. Wählen Sie eine andere Zone, oder bitten Sie die Administration um diese Berechtigung.',
    },
    throttled: {
      title: 'Zu viele Anfragen',
      advice:
        'Der Server bittet um eine Pause. Warten Sie eine Minute, und starten Sie die Sitzung erneut.',
    },
    'claim-expired': {
      title: 'Nichts wurde gesendet',
      advice:
        'Die Zone war reserviert, aber von dieser Kamera kam kein Bild. Starten Sie die Sitzung erneut.',
    },
    'bit-rate-exceeded': {
      title: 'Diese Kamera sendet zu viel',
      advice:
        'Sie sendete mehr als ihre Grenze, darum hat der Server sie getrennt und lässt sie nach einer Weile wieder herein. Wählen Sie eine kleinere Größe oder Bildrate, oder bitten Sie die Administration um eine höhere Grenze der Zone oder des Schlüssels der Kamera.',
    },
    'unsupported-media': {
      title: 'Codec nicht unterstützt',
      advice:
        'Dieser Browser kann den gewählten Codec nicht benutzen. Entfernen Sie ?codec= aus der Adresse, oder versuchen Sie vp8.',
    },
    'masks-required': {
      title: 'Datenschutzmasken nicht möglich',
      advice:
        'Diese Zone hat Datenschutzmasken, und dieser Browser kann sie nicht in das Bild einbrennen, darum wird nichts gesendet. Laden Sie die Seite neu; hilft das nicht, filmen Sie mit einem aktuellen Chrome oder Edge.',
    },
    'no-webrtc': {
      title: 'Browser nicht unterstützt',
      advice:
        'Dieser Browser hat kein brauchbares WebRTC. Benutzen Sie ein aktuelles Chrome, Edge, Firefox oder Safari.',
    },
  },
  failed: 'Die Sitzung ist gescheitert',
  startAgain: (message: string) => `${message} Starten Sie sie erneut.`,
  triedAgain: (advice: string, seconds: number) => `${advice} Neuer Versuch in ${seconds} s.`,
  refused: {
    titles: {
      forbidden: 'Der Server lehnt diese Seite ab',
      throttled: 'Zu viele Verbindungen',
      unavailable: 'Der Server nimmt zurzeit keine Sitzungen an',
      internal: 'Der Server ist gescheitert',
    },
    title: 'Der Server lehnt diese Seite ab',
    advice: (sentence: string) => `${sentence} Es wird von selbst erneut versucht.`,
    elsewhere: 'Etwas anderes antwortet anstelle des Servers',
    status: (status: number) =>
      `Was an dieser Adresse antwortet, meldet ${status}: ein Proxy, dessen Server nicht läuft, oder eine falsche Adresse. Es wird von selbst erneut versucht.`,
  },
  rights: {
    title: 'Berechtigung unbestätigt',
    ends: (time: string) => `Die Bilder enden um ${time}, wenn das so bleibt.`,
    why: 'Dieser Server erreicht weder seine Datenbank noch einen anderen Server und kann daher nicht wissen, ob Sie noch zusehen dürfen. Hier ist nichts zu tun; melden Sie es der Administration, wenn es dauert.',
  },
  statuses: {
    DISCONNECTED: 'GETRENNT',
    CONNECTING: 'VERBINDET',
    CONNECTED: 'VERBUNDEN',
    'WAITING FOR CAMERA': 'WARTET AUF KAMERA',
    STREAMING: 'ÜBERTRÄGT',
    STALLED: 'EINGEFROREN',
    RECONNECTING: 'VERBINDET NEU',
    FAILED: 'GESCHEITERT',
  },
  noTransport: 'Es gibt noch keinen Transport.',
  noEncoder: (codec: string) => `Kein Encoder für ${codec}.`,
  watchAgain: 'Sehen Sie diesen Zonen erneut zu.',
  noAnswer: 'Der Server hat nicht rechtzeitig geantwortet.',
  still: {
    notReady: 'ihre Kamera ist noch nicht bereit',
    masksChanged: 'ihre Masken haben sich gerade geändert',
    noPicture: 'ihre Kamera gibt kein Bild',
  },
  cannotDecode: (mimeType: string) => {
    const codec = mimeType.split('/')[1] ?? mimeType;
    return `Dieser Browser kann ${codec} nicht dekodieren, womit diese Kamera sendet. Benutzen Sie ein aktuelles Chrome, Edge, Firefox oder Safari, oder lassen Sie die Kamera mit VP8 senden.`;
  },
  untakeable: (why: string) =>
    `Dieser Browser kann nicht annehmen, was diese Kamera sendet (${why}). Versuchen Sie einen anderen Browser, oder starten Sie die Kamera neu.`,
  sound: {
    reasons: {
      'no-device': 'es wurde kein Mikrofon gefunden',
      'permission-refused': 'dieser Browser lässt die Seite das Mikrofon nicht benutzen',
      'device-busy': 'ein anderes Programm hält das Mikrofon',
    },
    noServer: 'der Server nimmt jetzt keinen an',
    none: (reason: string) =>
      `Es wird kein Ton gesendet: ${reason}. Das Bild läuft weiter, und der Ton kommt von selbst, wenn er kann.`,
  },
};
