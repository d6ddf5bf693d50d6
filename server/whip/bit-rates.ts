/** How much goes over each session: by the bytes between two looks. */
import type { CameraConnection } from '../media/plane.ts';
import type { Resource } from './resource.ts';

/** A look that follows sooner gives the same answer, ms. */
const shortest = 1000;

interface Look {
  /** ms, monotonic clock */
  readonly at: number;
  readonly bytes: number;
  /** bit/s; undefined at the first look */
  readonly rate: number | undefined;
}

export class BitRates {
  readonly #looks = new WeakMap<Resource, Look>();

  /** Of media, in whichever way it goes, bit/s; undefined at the first look, and without a connection. */
  async of(resource: Resource): Promise<number | undefined> {
    const before = this.#looks.get(resource);
    const at = performance.now();
    if (before && at - before.at < shortest) return before.rate;
    const bytes = await bytesOf(resource);
    if (bytes === undefined) return undefined;
    const rate = before && Math.round(((bytes - before.bytes) * 8000) / (at - before.at));
    this.#looks.set(resource, { at, bytes, rate });
    return rate;
  }
}

async function bytesOf({ kind, connection }: Resource): Promise<number | undefined> {
  if (!connection || connection.closed) return undefined;
  try {
    return kind === 'whip'
      ? (await (connection as CameraConnection).received()).media
      : await connection.sent();
  } catch {
    return undefined; // It has ended meanwhile.
  }
}
