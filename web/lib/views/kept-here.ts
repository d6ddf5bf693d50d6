/** Walls that a browser kept for itself, before views belonged to the site: shown until they are taken over, or left. */
import { z } from 'zod';
import { viewLimits } from '../../../server/contract/view.ts';
import { ZoneId } from '../../../server/contract/zone.ts';
import { siteStorage } from '../browser-storage.ts';

const key = 'surveillance-walls';
const askedKey = 'surveillance-walls-left';

const KeptWall = z.object({
  name: z.string().min(1).max(64),
  zones: z.string().max(viewLimits.zones),
  layout: z.string().max(16),
  order: z.array(ZoneId).max(viewLimits.ordered).optional(),
});
export type KeptWall = z.infer<typeof KeptWall>;

export function keptHere(): KeptWall[] {
  try {
    return z.array(KeptWall).parse(JSON.parse(siteStorage.getItem(key) ?? '[]'));
  } catch {
    return []; // Something else wrote there.
  }
}

/** They are at the server now. */
export function forgetKeptHere(): void {
  siteStorage.removeItem(key);
}

/** Whether nobody has said yet what is to become of them. */
export function isOffered(): boolean {
  return siteStorage.getItem(askedKey) === null && keptHere().length > 0;
}

export function leaveKeptHere(): void {
  siteStorage.setItem(askedKey, 'yes');
}
