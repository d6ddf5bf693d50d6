/**
 * Whether it is still the same camera that answers at an address. RTSP has no identity; what tells is a certificate, and
 * the realm of the challenge, in which most makers put the serial number. Two cameras of one model without either
 * look the same. Sizes and codecs do not count: people change them.
 */
import type { CameraSigns } from '../video/picture.ts';

/** @returns what differs, in words; undefined where nothing says that it is another one */
export function otherCamera(known: CameraSigns, seen: CameraSigns): string | undefined {
  for (const sign of ['certificate', 'realm'] as const) {
    // Either of them alone tells for sure: a certificate is renewed, and a realm is of the camera's very own.
    if (known[sign] !== undefined && known[sign] === seen[sign]) return undefined;
  }
  for (const sign of ['certificate', 'realm', 'server', 'session'] as const) {
    const [before, now] = [model(known[sign]), model(seen[sign])];
    if (before !== undefined && now !== undefined && before !== now) {
      return `${names[sign]} was "${shown(known[sign])}", and is "${shown(seen[sign])}" now`;
    }
  }
  return undefined;
}

const names = {
  certificate: 'its certificate',
  realm: 'the realm of its sign-in',
  server: 'the name of its server',
  session: 'the name of its session',
} as const;

/** Without versions, which an update changes: runs of digits and dots at the end of a word. */
function model(text: string | undefined): string | undefined {
  return text?.replaceAll(/[/ _-]?v?\d+(\.\d+)+\S*/gi, '').trim();
}

const longestShown = 40;

function shown(text = ''): string {
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}
