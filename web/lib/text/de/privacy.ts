/** Masks, notices and the watermark. */
import type { Texts } from '../texts.ts';

const masks = (count: number): string => (count === 1 ? '1 Maske' : `${count} Masken`);
const positions = (count: number): string => (count === 1 ? '1 Position' : `${count} Positionen`);

export const privacy: Texts['privacy'] = {
  masks: {
    unmasked: 'Unverdecktes Bild, nur auf dieser Seite',
    inForce: (count: number) =>
      count === 0
        ? 'Keine Datenschutzmasken'
        : count === 1
          ? '1 Datenschutzmaske wirkt'
          : `${count} Datenschutzmasken wirken`,
    edit: 'Masken bearbeiten',
    rectangle: 'Rechteck',
    polygon: 'Vieleck',
    close: 'Form schließen',
    removeMask: 'Maske entfernen',
    removePoint: 'Punkt entfernen',
    cancel: 'Abbrechen',
    save: 'Speichern',
    saving: 'Wird gespeichert: Warten auf den Server.',
    where: (mask: number, across: string, down: string) =>
      `Maske ${mask}: ${across} % von links, ${down} % von oben`,
    advice: {
      rectangle:
        'Ziehen Sie über das, was verdeckt werden soll. Mit Tasten: Enter auf dem Bild setzt ein Rechteck.',
      polygon:
        'Setzen Sie Ecke um Ecke; Enter, ein Doppelklick oder „Form schließen“ beendet die Form, Escape verwirft sie.',
      choose:
        'Ziehen Sie eine Maske oder einen ihrer Punkte, oder bewegen Sie sie mit den Pfeiltasten (Umschalt: weiter). Entf löscht sie.',
    },
    drawing: 'Zeichnen von Datenschutzmasken',
    noWay: 'Dieser Browser kann keine Masken in das Bild einbrennen.',
    noCanvas: 'Es gibt keine Zeichenfläche für die Masken.',
    noWorker: 'Der Worker ist nicht gestartet.',
    mask: (mask: number, points: number) => `Maske ${mask}, ${points} Punkte`,
    point: (mask: number, point: number, across: string, down: string) =>
      `Maske ${mask}, Punkt ${point}: ${across} von links, ${down} von oben`,
  },
  zoneMasks: {
    open: 'Masken',
    title: (zone: string) => `Datenschutzmasken von ${zone}`,
    close: 'Schließen',
    reading: 'Warten auf die Masken, die gelten …',
    notLive: 'Warten auf das Live-Bild: Auf einem alten würde etwas anderes verdeckt.',
    again: 'Erneut versuchen',
    discardQuestion: 'Was gezeichnet ist, ist nicht gespeichert.',
    discard: 'Verwerfen',
    saved: (count: number) =>
      count === 0
        ? 'Gespeichert: Nichts wird verdeckt.'
        : `Gespeichert. Geltende Masken: ${count}.`,
  },
  presetMasks: {
    title: 'Masken der Positionen dieser Kamera',
    close: 'Schließen',
    state: {
      kept: (count: number) =>
        count === 0
          ? 'Nichts zu verdecken, noch nicht gespeichert'
          : `${masks(count)} gezeichnet, noch nicht gespeichert`,
      saved: (count: number) => (count === 0 ? 'Bestätigt: nichts zu verdecken' : masks(count)),
      covered: 'Noch nicht erledigt, darum verdeckt',
      bare: 'Noch nicht erledigt, darum ist alles zu sehen',
      gone: 'Die Kamera hat diese Position nicht mehr',
    },
    choose: 'Wählen Sie eine Position: Die Kamera fährt dorthin, und Sie zeichnen auf ihr Bild.',
    none: 'Die Kamera hat noch keine Positionen. Speichern Sie zuerst welche: Steuern, Positionen.',
    notHere: 'Diese Kamera kann jetzt nicht gesteuert werden. Warten Sie, bis sie zurück ist.',
    notLive: 'Warten auf ein Live-Bild, auf das gezeichnet werden kann.',
    onItsWay: (name: string) => `Warten, bis die Kamera bei ${name} steht.`,
    there: (name: string) =>
      `Die Kamera steht bei ${name}. Zeichnen Sie über das, was dort verdeckt werden soll.`,
    covered:
      'Das Bild ist hier verdeckt: In dieser Zone wird etwas verborgen, und für diese Position ist noch nichts festgelegt. Es ist für alle verdeckt, auch für Sie. Die eigene Seite der Kamera zeigt den Ort. Zeichnen Sie, was sicher verdeckt werden muss, verdecken Sie alles, oder bestätigen Sie, dass nichts zu verdecken ist; was übrig bleibt, ist nach dem Speichern zu sehen.',
    cancel: 'Abbrechen',
    again: 'Erneut dorthin fahren',
    nothing: 'Hier ist nichts zu verdecken',
    all: 'Alles verdecken',
    keep: 'Diese behalten',
    coveredThen: (names: string[]) =>
      `Nach dem Speichern ist das Bild verdeckt, während die Kamera fährt und wo Masken noch fehlen: bei ${names.join(', ')}. Erledigen Sie diese zuerst, solange sie zu sehen sind.`,
    save: (presets: number) => `${positions(presets)} speichern`,
    saved: (presets: number) => `Gespeichert: ${positions(presets)}.`,
    discardQuestion: (presets: number) =>
      `Verwerfen, was für ${positions(presets)} vorgemerkt ist?`,
    discard: 'Verwerfen',
    takeAway: 'Wegnehmen',
    takeAwayQuestion: (name: string) =>
      `Wegnehmen, was für ${name} festgelegt ist? Die Position ist dann verdeckt, oder unverdeckt zu sehen, wenn in der Zone sonst nichts verborgen wird.`,
    takeAwayYes: 'Wegnehmen',
    takenAway: (name: string) => `Für ${name} ist nichts mehr festgelegt.`,
    waiting: 'Warten auf den Server.',
  },
  watermark: {
    of: (name: string, zone: string) => `Wasserzeichen: ${name}, ${zone}`,
    nobody: 'niemand angemeldet',
  },
  notice: {
    title: (zone: string) => `Hinweis von ${zone}`,
    aZone: 'einer Zone',
    parts: {
      controller: 'Verantwortlicher',
      contact: 'Kontakt',
      purpose: 'Zweck',
      legal_basis: 'Rechtsgrundlage',
      retention: 'Speicherdauer',
    },
    notConfigured: 'nicht konfiguriert',
    summary: 'Hinweis der Zone: wer hier filmt und warum',
    missing: (parts: string) =>
      `Nicht konfiguriert: ${parts}. Setzen Sie privacy.notice in der Konfiguration, oder schreiben Sie eigene Worte für diese Zone in der Verwaltung.`,
    printable: 'Hinweisschild zum Drucken',
    notFetched: (fault: string) => `Der Hinweis konnte nicht geholt werden: ${fault}`,
    tryAgain: 'Erneut versuchen',
    noZone: 'Starten Sie eine Sitzung in einer Zone, um ihren Hinweis zu sehen.',
    waiting: 'Warten darauf, dass der Server den Hinweis sendet.',
    identifier: 'Zonenkennung',
    show: 'Hinweis zeigen',
    waitingFor: (zone: string) => `Warten darauf, dass der Server den Hinweis von ${zone} sendet.`,
    print: 'Drucken, A4',
    incomplete: (parts: string) => `Dieses Schild ist unvollständig. Nicht konfiguriert: ${parts}.`,
    complete:
      'Setzen Sie privacy.notice in der Konfiguration, oder schreiben Sie eigene Worte für diese Zone in der Verwaltung.',
    askAdministrator: 'Wenden Sie sich an die Administration.',
    heading: 'Videoüberwachung',
    rights:
      'Sie haben das Recht auf Auskunft über Ihre gespeicherten Daten, auf deren Berichtigung oder Löschung, auf Widerspruch und auf Beschwerde bei der Datenschutzaufsichtsbehörde. Wenden Sie sich an den Kontakt oben, und nennen Sie die Zone.',
    pictogram: 'Piktogramm einer Überwachungskamera',
  },
};
