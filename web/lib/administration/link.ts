/** Links that are handed over: by the address that is configured, since an administrator may sit at another one. */
import { readPageData } from '../page-data.ts';

export interface Link {
  readonly address: string;
  /** It opens at this machine alone. */
  readonly loopback: boolean;
}

export function linkOf(path: string, origin = readPageData().publicUrl || location.origin): Link {
  return { address: origin + path, loopback: isLoopback(new URL(origin).hostname) };
}

function isLoopback(host: string): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(host);
}
