/** The page on which one zone is filmed or watched. */
import type { Texts } from '../texts.ts';

export const consolePage: Texts['console'] = {
  form: {
    zone: 'Zonenkennung',
    role: 'Systemrolle',
    roles: {
      camera: 'Edge-Gateway – Kameraknoten',
      operator: 'Leitstelle – Bediener',
    },
    hints: {
      notGranted: (zones: string) => `Keine Ihrer Zonen; diese sind ${zones || 'keine'}.`,
      usual: 'Ort, Art und Nummer, wie CBD-TRAFFIC-01.',
      unusual: 'Möglich; die übliche Form ist ORT-ART-NUMMER.',
      wrong: 'Benutzen Sie 1–64 Buchstaben, Ziffern und Bindestriche.',
    },
    noRole: 'Ihnen ist noch keine Rolle zugeteilt: Wenden Sie sich an die Administration.',
    start: 'Sichere Sitzung starten',
    end: 'Sitzung beenden',
    stopTrying: 'Nicht weiter versuchen',
    show: 'Formular zeigen',
    fold: 'Formular einklappen',
    fixed: {
      camera: 'Zone und Rolle bleiben, bis Sie die Sitzung beenden.',
      operator:
        'Zone und Rolle bleiben, bis Sie die Sitzung beenden. Eine andere Zone ist einen Klick entfernt, unter „Live-Zonen“.',
    },
    noSuch: (zone: string, more: boolean) =>
      `Eine Zone ${zone} gibt es bisher nicht. Sie können darauf warten${more ? '; oder meinten Sie:' : '.'}`,
  },
  zones: {
    title: 'Live-Zonen',
    camera: {
      idle: 'keine Kamera',
      connecting: 'verbindet',
      connected: 'verbunden',
      streaming: 'überträgt',
      stalled: 'eingefroren',
    },
    viewers: (count: number) => (count === 1 ? '1 Betrachter' : `${count} Betrachter`),
    find: 'Zone suchen',
    findHint: 'Name oder Muster, wie CBD-*',
    found: (count: number) => (count === 1 ? '1 Zone' : `${count} Zonen`),
    stalled: (count: number) => ` · ${count} eingefroren`,
    noName: 'Namen haben nur Buchstaben, Ziffern und Bindestriche.',
    noneFound: 'Keine Live-Zone hat das im Namen.',
    unknown: (nodes: string[]) =>
      `Zonen von ${nodes.join(', ')} sind zurzeit nicht bekannt. Sie kommen von selbst zurück.`,
    none: 'Noch ist keine Zone live.',
    noSession: 'Wird während einer Sitzung gezeigt.',
  },
  camera: {
    title: 'Bild des Edge-Knotens',
    settings: 'Was gefilmt wird',
    viewers: 'Betrachter',
    preview: 'Lokale Vorschau',
    device: 'Kameragerät',
    anyDevice: 'Wahl des Browsers',
    missingDevice: 'Früher gewählt, jetzt nicht da',
    unnamedDevice: (number: number) => `Kamera ${number}`,
    size: 'Aufnahmeauflösung',
    frameRate: 'Aufnahmebildrate',
    sound: 'Ton senden',
    sent: 'Was gesendet wird',
    layer: 'Ebene',
    layerSize: 'Größe',
    frames: 'Bilder',
    rate: 'Rate',
    asleep: 'schläft',
    nothingYet: 'Noch nichts.',
    allAsleep: 'Alle Ebenen schlafen: Niemand sieht zu. Die Verbindung bleibt offen.',
    someAsleep:
      'Ebenen schlafen, wo kein Betrachter das Bild groß genug zeigt, um sie zu brauchen.',
  },
  operator: {
    title: 'Bild der Leitstelle',
    feed: 'Live-Bild',
    fullScreen: 'Vollbild',
    pictureInPicture: 'Bild im Bild',
    snapshot: 'Schnappschuss',
    soundOn: 'Ton ein',
    soundOff: 'Ton aus',
  },
};
