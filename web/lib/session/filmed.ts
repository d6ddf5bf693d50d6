/** What each zone was filmed with from this browser: its masks were drawn for that view. */
import { z } from 'zod';
import { siteStorage } from '../browser-storage.ts';
import type { CaptureChoice } from './capture.ts';

const key = 'surveillance-cameras';
/** So many zones are kept, those that were filmed last. */
const most = 16;

const Filmed = z.object({
  zone: z.string().max(64),
  choice: z.object({
    deviceId: z.string().max(255),
    width: z.number().int().min(1).max(16_384),
    height: z.number().int().min(1).max(16_384),
    frameRate: z.number().min(1).max(1000),
  }),
  /** The device that the picture came from, whether chosen by hand or by the browser. */
  device: z.string().max(255),
});
type Filmed = z.infer<typeof Filmed>;

export function filmedBefore(zone: string): Filmed | undefined {
  return all().find((one) => one.zone === zone);
}

export function rememberFilmed(zone: string, choice: CaptureChoice, device: string): void {
  const others = all().filter((one) => one.zone !== zone);
  const { deviceId, width, height, frameRate } = choice;
  const newest: Filmed = { zone, choice: { deviceId, width, height, frameRate }, device };
  siteStorage.setItem(key, JSON.stringify([newest, ...others].slice(0, most)));
}

function all(): Filmed[] {
  try {
    return z.array(Filmed).parse(JSON.parse(siteStorage.getItem(key) ?? '[]'));
  } catch {
    return []; // Something else wrote there; the browser's choice is a fine start.
  }
}
