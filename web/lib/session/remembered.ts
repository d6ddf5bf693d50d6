/** The form's values: from the address bar, else as they were last time. */
import { VideoCodec } from '../../../server/contract/layers.ts';
import { siteStorage } from '../browser-storage.ts';
import type { Role } from './status.ts';

const key = 'surveillance-form';

export interface Entry {
  zone: string;
  role: Role;
}

export function rememberedEntry(): Entry {
  const query = new URLSearchParams(location.search);
  const role = query.get('role') ?? stored('role');
  return {
    zone: query.get('zone') ?? stored('zone'),
    role: role === 'camera' ? 'camera' : 'operator',
  };
}

export function rememberEntry(entry: Entry): void {
  siteStorage.setItem(key, JSON.stringify(entry));
}

/** `?start=1` */
export function startsAtOnce(): boolean {
  return new URLSearchParams(location.search).get('start') === '1';
}

/** `?codec=`; undefined when absent or unknown. */
export function chosenCodec(): VideoCodec | undefined {
  return VideoCodec.safeParse(new URLSearchParams(location.search).get('codec')).data;
}

/** `?ice=relay`: media goes through a TURN server only, to try out that this way works. */
export function icePolicy(): RTCIceTransportPolicy {
  return new URLSearchParams(location.search).get('ice') === 'relay' ? 'relay' : 'all';
}

function stored(field: string): string {
  try {
    const entry = JSON.parse(siteStorage.getItem(key) ?? '{}') as Record<string, unknown>;
    return typeof entry[field] === 'string' ? entry[field] : '';
  } catch {
    return ''; // Something else wrote there; an empty form is a fine start.
  }
}
