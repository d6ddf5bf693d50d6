/** What the console says over a picture, for every state that a person can be in. */
import type { Texts } from '../texts.ts';

export const overlay: Texts['overlay'] = {
  insecure: {
    title: 'Seite nicht über HTTPS',
    advice:
      'Browser geben Kameras nur sicheren Seiten frei. Öffnen Sie diese Seite mit https:// vor ihrer Adresse.',
  },
  noSession: {
    title: 'Keine Sitzung',
    advice:
      'Geben Sie eine Zonenkennung ein, wählen Sie eine Rolle, und drücken Sie „Sichere Sitzung starten“.',
  },
  noCamera: (zone: string) => ({
    title: `Noch keine Kamera in ${zone}`,
    advice:
      'Das Bild erscheint von selbst, sobald eine Kamera in dieser Zone sendet. Hier ist nichts zu tun; starten Sie die Kamera, oder wählen Sie eine Live-Zone.',
  }),
  lost: (zone: string, since: string) => ({
    title: since,
    advice: `Die Kamera von ${zone} ist weg. Das Bild kommt von selbst zurück; wenn es dauert, prüfen Sie die Kamera, ihre Stromversorgung und ihr Netz.`,
  }),
  noSuchZone: (zone: string, more: boolean) => ({
    title: `Noch keine Kamera in ${zone}`,
    advice: more
      ? 'Eine Zone dieses Namens gibt es bisher nicht. Es wird auf sie gewartet; oder meinten Sie eine von diesen?'
      : 'Eine Zone dieses Namens gibt es bisher nicht. Es wird auf sie gewartet: Das Bild erscheint von selbst, sobald eine Kamera in ihr sendet.',
  }),
  cutOff: (zone: string, node: string) => ({
    title: `Das Bild von ${zone} kommt nicht durch`,
    advice: `Es wird am Server ${node} gefilmt, und nichts davon kommt beim Server dieser Seite an. Es wird von selbst erneut versucht, auch über andere Server; wenn es dauert, lassen Sie das Netz zwischen den beiden prüfen.`,
  }),
  nothingLeaves: {
    title: 'Es gehen keine Bilder hinaus',
    advice:
      'Die Kamera oder das Netz ist stehen geblieben. Prüfen Sie die Kamera und ihr Kabel; das Senden geht von selbst weiter.',
  },
  frozen: {
    title: 'Das Bild ist eingefroren',
    advice:
      'Die Kamera hat seit 2 Sekunden nichts gesendet. Es geht von selbst weiter; bleibt es eingefroren, prüfen Sie die Kamera und ihr Netz.',
  },
  undecoded: {
    title: 'Dieser Rechner dekodiert kein Bild',
    advice:
      'Bilder kommen an, aber er ist zu langsam oder zeigt zu viele. Schließen Sie andere Bilder oder Programme; das Bild kommt von selbst.',
  },
  silent: {
    title: 'Die Kamera sendet nichts',
    advice:
      'Sie ist dazu aufgefordert, und noch kam kein Bild. Das Bild kommt von selbst; wenn es dauert, prüfen Sie die Kamera und ihr Netz.',
  },
  standby: {
    title: 'In Bereitschaft: Niemand sieht zu',
    advice:
      'Nichts wird gesendet, um die Leitung zu schonen; die Verbindung bleibt offen. Das Senden beginnt von selbst, sobald jemand diese Zone öffnet.',
  },
  connected: {
    title: 'Verbunden',
    advice: 'Die verschlüsselte Verbindung steht; Warten auf das erste Bild.',
  },
  refused: 'Diese Kamera kann hier nicht gezeigt werden',
  unreachable: {
    title: 'Der Server ist nicht erreichbar',
    advice:
      'Entweder läuft er nicht, oder sein Zertifikat wurde nicht angenommen. Öffnen Sie diese Adresse in einem neuen Tab, nehmen Sie dort das Zertifikat an, und kommen Sie zurück; die Verbindung wird laufend erneut versucht.',
  },
  gone: {
    title: 'Der Server ist gerade nicht da',
    pictureGoesOn:
      'Das Bild läuft weiter. Die Verbindung zum Server wird von selbst erneut versucht; hier ist nichts zu tun.',
    pictureStops:
      'Die Verbindung wird von selbst erneut versucht, und das Bild kommt mit ihr zurück. Wenn es dauert, prüfen Sie, ob der Server läuft und das Netz da ist.',
  },
  openingCamera: {
    title: 'Die Kamera wird geöffnet',
    advice:
      'Warten auf Ihre Erlaubnis, die Kamera zu benutzen, und auf den Server. Beantworten Sie die Frage des Browsers, falls er eine stellt.',
  },
  connecting: {
    title: 'Verbindet',
    advice: 'Warten darauf, dass der Server eine verschlüsselte Verbindung öffnet.',
  },
  still: (zone: string) => `Standbild von ${zone}`,
  stillOf: (time: string, age: string) =>
    `Standbild von ${time}, vor ${age}; das Live-Bild kommt mit dem nächsten Schlüsselbild der Kamera`,
  actions: {
    begin: { camera: 'Jetzt filmen', operator: 'Jetzt ansehen' },
    enter: 'Zone eingeben',
    again: 'Jetzt erneut versuchen',
    another: 'Andere Zone wählen',
    reload: 'Seite neu laden',
  },
  lastPicture: (time: string, age: string) => `Letztes Bild um ${time}, vor ${age}`,
};
