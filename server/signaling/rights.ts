/**
 * As of when it is known that everyone here may still do what they do. The store is the truth. Where it cannot be asked,
 * another server that reaches it is; and where nobody can be asked, what is shown goes on for a while and no longer.
 */
import type { Logger } from 'pino';
import type { Caller } from '../access/caller.ts';
import { RefusedError } from '../contract/errors.ts';
import type { ServerMessage } from '../contract/events.ts';
import type { Trouble } from '../health.ts';
import type { Renewal } from './renewal.ts';
import { nameOf } from './renewal.ts';

/** Changes within this time are looked at together, ms; what was withdrawn is to end within a second. */
const soon = 100;
/** Between two looks at everyone, since sign-ins end by time too, ms. */
const longest = 30_000;
/** Between two looks at how old the last confirmation is, ms. */
const tick = 250;
/** As old as this it is sought by the other way, ms: the store is asked once a second. */
const patience = 1500;
/** As old as this it is told to pages, ms. */
const tellAfter = 5000;

/** What is known of rights as of a moment. */
export interface KnownRights {
  /** How many changes there had been in the store. */
  readonly number: number;
  /** Who each that was asked about is now; absent where the number is the one that is known already. */
  readonly callers?: readonly (Caller | undefined)[];
}

/** How rights are confirmed among several servers on one store. */
export interface SharedRights {
  /** With nobody to ask, what is watched goes on for so long, ms. */
  readonly trustFor: number;
  /**
   * Asks other servers.
   * @param number as of which everyone is known
   * @throws RefusedError `unavailable` when none of them can tell
   */
  ask(number: number, whom: readonly Caller[]): Promise<KnownRights>;
}

export interface RightsParts {
  readonly renewal: Renewal;
  /** Undefined where there is nobody to ask, or there are no rights to be withdrawn. */
  readonly shared: SharedRights | undefined;
  /** Tells all pages. */
  readonly tell: (notice: ServerMessage<'rights'>) => void;
  /** Ends what everyone watches. */
  readonly cut: () => void;
  readonly log: Logger;
}

export class Rights {
  readonly #parts: RightsParts;
  readonly #timers: NodeJS.Timeout[];
  #due: NodeJS.Timeout | undefined;
  /** Of the changes as of which everyone here was looked up. */
  #number = Number.NaN;
  /** The same, with this server's own changes since, which are being looked at. */
  #ahead = Number.NaN;
  /** ms of `performance.now()` */
  #asOf = performance.now();
  /** Whether the last confirmation came from another server. */
  #fromOthers = false;
  #asking = false;
  #told = false;

  /** @param idleLimit after which a sign-in ends that is not used, ms */
  constructor(idleLimit: number, parts: RightsParts) {
    this.#parts = parts;
    const { shared } = parts;
    // Often enough that an open console counts as use before the idle limit.
    const everyone = setInterval(() => this.soon(), Math.min(longest, idleLimit / 4));
    this.#timers = [everyone, ...(shared ? [setInterval(() => this.#look(shared), tick)] : [])];
  }

  /** What pages are to be told when they come; undefined while all is well. */
  get notice(): ServerMessage<'rights'> | undefined {
    return this.#told ? { confirmed: false, left: Math.max(0, this.#left) } : undefined;
  }

  get trouble(): Trouble | undefined {
    if (!this.#told) return undefined;
    const age = Math.round(this.#age / 1000);
    const reason = `Whether people may still watch was last confirmed ${age} s ago: neither the database nor another node can be asked.`;
    return { reason, stopsJoins: true };
  }

  /** @throws RefusedError `unavailable` when it is not known for too long whether people may watch */
  demand(): void {
    if (this.#left > 0) return;
    const seconds = Math.round(this.#age / 1000);
    const since = seconds > 90 ? `${Math.round(seconds / 60)} min` : `${seconds} s`;
    throw new RefusedError(
      'unavailable',
      `Your right to watch is unconfirmed for ${since}: this server reaches neither its database nor another server. Pictures come back by themselves when it does.`,
    );
  }

  /** Told what the store says. @param asOf when it was asked, ms of `performance.now()` */
  async heard(number: number, asOf: number): Promise<void> {
    if (number !== this.#number && !(await this.#parts.renewal.round())) return;
    this.#confirm(number, asOf, false);
  }

  /** Told of a change that was made here. */
  changed(number: number): void {
    if (number === this.#ahead + 1) this.#ahead = number;
    this.soon();
  }

  /** Looks again who everyone is, and ends what they may not do any more: well within a second. */
  soon(): void {
    this.#due ??= setTimeout(() => {
      this.#due = undefined;
      void this.#lookAgain();
    }, soon);
  }

  /** Told by another server that there was a change. */
  told(number: number): void {
    const { shared } = this.#parts;
    if (shared && this.#fromOthers && number !== this.#number) void this.#ask(shared);
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#due);
  }

  /** ms */
  get #age(): number {
    return performance.now() - this.#asOf;
  }

  /** For how long it is trusted still, ms. */
  get #left(): number {
    return (this.#parts.shared?.trustFor ?? Infinity) - this.#age;
  }

  /** Looks up everyone as of this server's own changes. */
  async #lookAgain(): Promise<void> {
    const ahead = this.#ahead;
    if (await this.#parts.renewal.round()) this.#number = ahead;
  }

  #confirm(number: number, asOf: number, fromOthers: boolean): void {
    this.#number = number;
    this.#ahead = number;
    if (asOf <= this.#asOf) return;
    this.#asOf = asOf;
    this.#fromOthers = fromOthers;
  }

  #look(shared: SharedRights): void {
    const { tell, cut, log } = this.#parts;
    if (this.#age > patience) void this.#ask(shared);
    if (this.#left <= 0) cut();
    const unconfirmed = this.#age > Math.min(tellAfter, shared.trustFor);
    if (unconfirmed === this.#told) return;
    this.#told = unconfirmed;
    const fields = { age: Math.round(this.#age), left: Math.round(this.#left) };
    if (unconfirmed) log.error(fields, 'rights cannot be confirmed');
    else log.warn('rights are confirmed again');
    tell(this.notice ?? { confirmed: true });
  }

  async #ask(shared: SharedRights): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const asOf = performance.now();
    const { renewal, log } = this.#parts;
    const whom = renewal.callers.filter(({ via }) => via.kind !== 'open');
    try {
      const { number, callers } = await shared.ask(this.#number, whom);
      if (callers) {
        const now = new Map(whom.map((caller, at) => [nameOf(caller), callers[at]]));
        await renewal.round(async (caller) => {
          const name = nameOf(caller);
          // Who has come meanwhile is known by the store.
          return now.has(name) ? now.get(name) : caller;
        });
      }
      this.#confirm(number, asOf, true);
    } catch (error) {
      log.debug({ err: error }, 'no other server confirms rights');
    } finally {
      this.#asking = false;
    }
  }
}
