/** How programs of others film and watch with a key: by WHIP and WHEP. */
import { programs as english } from '../en/programs.ts';
import type { Texts } from '../texts.ts';

export const programs: Texts['programs'] = {
  camera: {
    title: 'Für einen Encoder (WHIP)',
    about:
      'OBS, GStreamer, ffmpeg und Hardware-Encoder filmen mit diesem Schlüssel anstelle eines Browsers.',
    address: 'WHIP-Adresse',
    settings:
      'OBS 30 oder neuer: Einstellungen, Stream, Dienst „WHIP“; die Adresse oben ist der Server, das Geheimnis das Bearer-Token. Ausgabe: alle 2 s ein Keyframe, keine B-Frames.',
  },
  wall: {
    title: 'Für ein Abspielprogramm (WHEP)',
    about:
      'Abspielprogramme und Wände anderer sehen mit diesem Schlüssel anstelle eines Browsers zu.',
    address: 'WHEP-Adresse',
    settings:
      'Ein Abspielprogramm fragt nach der Adresse oben, und nach dem Geheimnis als Bearer-Token.',
  },
  anyZone: 'Der Schlüssel gilt für mehrere Zonen: Setzen Sie die Zone an die Stelle von ZONE.',
  loopback: (origin: string) =>
    `${origin} ist nur dieser Rechner. Öffnen Sie diese Seite unter dem Namen, den Encoder und Abspielprogramme erreichen, und erzeugen Sie den Schlüssel dort.`,
  names: {
    whipclientsink: 'GStreamer (whipclientsink)',
    ffmpeg: 'ffmpeg 8',
    whipClient: 'whip-client (Debian)',
    whepsrc: 'GStreamer (whepsrc)',
    page: 'Eine Webseite (whip-whep)',
  },
  // Commands are of no language.
  lines: english.lines,
};
