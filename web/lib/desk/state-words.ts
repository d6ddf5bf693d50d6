/** The state of a zone as the navigator tells it: a colour and words that say the same. */
import type { ZoneSummary } from '../../../server/contract/zone.ts';
import { mayI } from '../access/who.ts';
import { texts } from '../text/texts.ts';
import { lostWords } from '../zones/lost.ts';

export type Tone = 'good' | 'warn' | 'bad' | 'lost';

export function toneOf({ camera, unreachable }: ZoneSummary): Tone {
  if (unreachable !== undefined) return 'bad';
  switch (camera) {
    case 'idle':
      return 'lost';
    case 'stalled':
      return 'bad';
    case 'connecting':
      return 'warn';
    case 'connected':
    case 'streaming':
      return 'good';
  }
}

/** To be read in a component, where it counts on by itself. */
export function stateWords(zone: ZoneSummary): string {
  const { states, cutOff } = texts.desk;
  if (zone.unreachable !== undefined) return cutOff(zone.unreachable);
  return lostWords(zone) ?? states[zone.camera];
}

/** Whether its camera may be asked for a picture. */
export function hasPicture({ id, camera, unreachable }: ZoneSummary): boolean {
  if (!mayI('zone:watch', id)) return false;
  return camera !== 'idle' && camera !== 'connecting' && unreachable === undefined;
}
