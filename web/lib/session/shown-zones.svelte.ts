/** The zones that this page's list shows, and how many there are besides: as the server tells, from the first word on. */
import { RefusedError } from '../../../server/contract/errors.ts';
import type { Request, ServerToClientEvents } from '../../../server/contract/events.ts';
import type { ZoneTotals } from '../../../server/contract/zone-list.ts';
import { byName, type ZoneSummary } from '../../../server/contract/zone.ts';
import type { Signaling } from './signaling.ts';

/** What a list shows. */
export type Listed = Request<'zones:list'>;

/** Asked again after a refusal that passes, ms. */
const retry = 2000;

export class ShownZones {
  zones = $state.raw<ZoneSummary[]>([]);
  /** Of all that fit, by the state of their camera; undefined until it is told. */
  totals = $state.raw<ZoneTotals['totals']>();
  /** Of all that fit and have no camera, how many are to have one; undefined until it is told. */
  missing = $state.raw<number>();
  /** How many come before the first that is shown. */
  before = $state(0);
  /** Nodes whose zones are not known at the moment. */
  unknown = $state.raw<string[]>([]);
  readonly #signaling: Signaling;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(signaling: Signaling) {
    this.#signaling = signaling;
    const { socket } = signaling;
    socket.on('zones', (told) => this.#take(told));
    socket.on('zones:changed', ({ changed, gone }) => {
      const old = [...gone, ...changed.map(({ id }) => id)];
      const kept = this.zones.filter(({ id }) => !old.includes(id));
      this.zones = [...kept, ...changed].sort(byName);
    });
    socket.on('zones:totals', (told) => this.#count(told));
  }

  /** How many fit and have a camera. */
  get live(): number | undefined {
    if (!this.totals) return undefined;
    const { connecting, connected, streaming, stalled } = this.totals;
    return connecting + connected + streaming + stalled;
  }

  find(id: string): ZoneSummary | undefined {
    return this.zones.find((zone) => zone.id === id);
  }

  /**
   * Says what the list shows from now on; a new socket says it by itself.
   * @returns whether all of it is there now
   */
  async show(listed: Listed): Promise<boolean> {
    const signaling = this.#signaling;
    if (JSON.stringify(listed) === JSON.stringify(signaling.listed)) return true;
    signaling.listed = listed;
    clearTimeout(this.#retry);
    return this.#ask(listed);
  }

  async #ask(listed: Listed): Promise<boolean> {
    const signaling = this.#signaling;
    if (!signaling.socket.connected) return false;
    try {
      const told = await signaling.request('zones:list', listed);
      if (signaling.listed !== listed) return false;
      this.#take(told);
      return true;
    } catch (error) {
      // A server of an earlier version tells of all zones.
      if (error instanceof RefusedError && error.code === 'unknown-event') return false;
      if (signaling.listed === listed)
        this.#retry = setTimeout(() => void this.#ask(listed), retry);
      return false;
    }
  }

  #take({ zones, ...totals }: Parameters<ServerToClientEvents['zones']>[0]): void {
    this.zones = [...zones].sort(byName);
    this.#count(totals);
  }

  #count({ totals, missing, before = 0, unknown = [] }: Partial<ZoneTotals>): void {
    this.totals = totals;
    this.missing = missing;
    this.before = before;
    this.unknown = unknown;
  }
}
