/** What a tile says over its picture: why there is none, or why it is not to be trusted. */
import { formatAge } from '../figures/format.ts';
import type { ViewerSession } from '../session/viewer-session.svelte.ts';
import type { ViewerTile } from '../session/viewer-tile.svelte.ts';
import { texts } from '../text/texts.ts';
import { lostWords } from '../zones/lost.ts';

const said = texts.wall.tile;

/** A zone's name in two parts, of which the first may be cut off: the last one tells zones of one place apart. */
export function shortenable(zone: string): [start: string, end: string] {
  const dash = zone.lastIndexOf('-');
  const at = dash > 0 && zone.length - dash <= 6 ? dash : Math.max(0, zone.length - 4);
  return [zone.slice(0, at), zone.slice(at)];
}

/** Empty while all is well. @param seen whether the tile is on the screen, with none in front of it */
export function wordsFor(session: ViewerSession, tile: ViewerTile, seen: boolean): string {
  const { connection, now } = session;
  const age = tile.age.at(now);
  const silence = formatAge(age ?? 0);
  const refusal = connection.refusal?.advice;
  const { unreachable } = tile.summary ?? {};
  switch (session.statusOf(tile)) {
    case 'STREAMING':
      return '';
    case 'STALLED':
      if (tile.meter.undecoded)
        return said.undecoded(age === undefined ? '' : said.stalled(silence));
      return age === undefined ? said.silent : said.stalled(silence);
    case 'WAITING FOR CAMERA':
      return unreachable === undefined ? missing(tile) : said.cutOff(unreachable);
    case 'RECONNECTING':
      // What the server said of this feed, and tries again.
      if (connection.up && tile.refusal) return tile.refusal.message;
      if (tile.age.oldSince(now) === undefined) return said.pictureGoesOn;
      return said.lastPicture(refusal ?? said.serverGone, silence);
    case 'CONNECTING':
      return refusal ?? said.waiting;
    case 'CONNECTED':
      if (unreachable !== undefined) return said.cutOff(unreachable);
      if (!seen) return '';
      if (tile.meter.undecoded) return said.undecoded('');
      if (tile.age.oldSince(now) !== undefined) return said.lastPicture(said.firstFrame, silence);
      return tile.still.picture
        ? said.still(formatAge(tile.still.picture.ageAt(now)))
        : said.firstFrame;
    case 'DISCONNECTED':
      return said.noSession;
    case 'FAILED':
      return tile.forbidden ? said.forbidden : (tile.refusal?.message ?? said.ended);
  }
}

/** A camera that has been here before is lost; another one has not come yet. */
function missing({ summary }: ViewerTile): string {
  const lost = lostWords(summary);
  return lost === undefined ? said.noCamera : said.lost(lost);
}
