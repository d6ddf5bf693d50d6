/** What the map of the site says. */
import type { Texts } from '../texts.ts';

export const map: Texts['map'] = {
  title: 'Lageplan',
  region: (plan: string) => `Plan ${plan}`,
  plan: 'Plan',
  health: {
    stalled: 'eingefroren',
    lost: 'ausgefallen',
    missing: 'keine Kamera',
    unknown: 'hier nicht bekannt',
    live: 'live',
  },
  sign: (zone: string, health: string) => `${zone}, ${health}`,
  counts: (live: number, all: number) => `${live} von ${all} Zonen live`,
  trouble: (count: number) => `${count} ohne Bild`,
  connecting:
    'Verbindung zum Server wird aufgebaut. Was von Zonen gezeigt wird, kann veraltet sein.',
  waiting: 'Warten auf die Pläne …',
  none: {
    title: 'Es gibt noch keinen Plan',
    keeper:
      'Fügen Sie unten einen hinzu: einen Grundriss, einen Lageplan oder ein Luftbild als Bild.',
    keeperWithCity:
      'Fügen Sie unten einen hinzu: die Karte der Stadt oder einen Grundriss, einen Lageplan oder ein Luftbild als Bild.',
    other: 'Bitten Sie Schichtleitung oder Administration, einen hinzuzufügen.',
  },
  noPicture: 'Dieser Plan hat noch kein Bild. Wählen Sie unten eines, unter „Plan ändern“.',
  badPicture: 'Das Bild dieses Plans kann nicht gezeigt werden. Wählen Sie ein anderes.',
  noCity:
    'Dieser Plan liegt auf der Karte der Stadt, und dieser Server hat keine: Die Einstellung map.archive muss ihr Archiv nennen.',
  badCity:
    'Die Karte der Stadt kann gerade nicht vom Server gelesen werden. Zonen werden ohne sie gezeigt; laden Sie die Seite neu, um es noch einmal zu versuchen.',
  help: 'Ein Zeichen öffnet seine Zone mit den drei nächsten. Tab geht von Zeichen zu Zeichen, Enter öffnet; + und − zoomen.',
  tour: {
    draw: 'Rundgang zeichnen',
    hint: 'Klicken Sie auf den Plan, einen Punkt nach dem anderen; Zonen nahe der Linie werden in ihrer Reihenfolge besucht.',
    open: (count: number) =>
      count === 0
        ? 'Keine Zone ist nahe der Linie'
        : `Rundgang durch ${count === 1 ? '1 Zone' : `${count} Zonen`} öffnen`,
    undo: 'Letzten Punkt zurücknehmen',
    end: 'Zeichnen beenden',
  },
  edit: {
    open: 'Plan ändern',
    close: 'Unverändert lassen',
    save: 'Plan speichern',
    place: 'Zone auf den Plan setzen',
    choose: 'Zone wählen …',
    hint: 'Wählen Sie eine Zone, und klicken Sie, wo ihre Kamera steht. Ziehen Sie ein Zeichen, um es zu verschieben, und den Ring am Ende seiner Sicht, um es zu drehen.',
    held: (zone: string) => `Kamera von ${zone}`,
    x: 'Von links, %',
    y: 'Von oben, %',
    heading: 'Blickrichtung, °',
    angle: 'Blickwinkel, °',
    reach: 'Sichtweite, % der Breite',
    latitude: 'Geografische Breite, °',
    longitude: 'Geografische Länge, °',
    metres: 'Sichtweite, m',
    takeOff: 'Vom Plan nehmen',
    picture: 'Anderes Bild',
    remove: 'Plan entfernen',
    removeQuestion: (name: string) => `Den Plan ${name} mit allem, was darauf ist, entfernen?`,
    unsaved: 'Noch nicht gespeichert.',
  },
  add: {
    title: 'Plan hinzufügen',
    name: 'Name des Plans',
    ground: 'Er liegt auf',
    ownPicture: 'einem Bild',
    city: 'der Karte der Stadt',
    picture: 'Bild (PNG, JPEG oder WebP, höchstens 3 MB)',
    submit: 'Plan hinzufügen',
    missing: 'Wählen Sie zuerst ein Bild.',
    large: 'Das Bild ist größer als 3 MB: Verkleinern Sie es zuerst.',
  },
  added: (name: string) => `Der Plan ${name} ist da. Setzen Sie jetzt Zonen darauf.`,
  pictured: 'Das Bild ist geändert.',
  saved: (name: string) => `Der Plan ${name} ist gespeichert.`,
  removed: (name: string) => `Der Plan ${name} ist entfernt.`,
};
