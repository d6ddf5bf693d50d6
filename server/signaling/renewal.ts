/** Looks again who everyone is: soon after a change, and now and then, since sign-ins end by time too. */
import type { Logger } from 'pino';
import type { Caller, Gate } from '../access/caller.ts';
import { logSparingly } from '../limits/sparing-log.ts';
import { StoreError } from '../store/failure.ts';
import type { TabSession } from './tab-session.ts';

/** Changes within this time are looked at together, ms; what was withdrawn is to end within a second. */
const soon = 100;
const longest = 30_000; // ms

export interface RenewalParts {
  readonly sessions: ReadonlyMap<string, TabSession>;
  readonly gate: Gate;
  readonly log: Logger;
  /** Ends a session whose sign-in has ended. */
  readonly expel: (session: TabSession) => void;
  /** Takes from a session what its caller may not have any more. */
  readonly withdraw: (session: TabSession) => void;
}

export class Renewal {
  readonly #parts: RenewalParts;
  readonly #clock: NodeJS.Timeout;
  #due: NodeJS.Timeout | undefined;

  /** @param idleLimit after which a sign-in ends that is not used, ms */
  constructor(idleLimit: number, parts: RenewalParts) {
    this.#parts = parts;
    // Often enough that an open console counts as use before the idle limit.
    const interval = Math.min(longest, idleLimit / 4);
    this.#clock = setInterval(() => this.soon(), interval);
  }

  soon(): void {
    this.#due ??= setTimeout(() => {
      this.#due = undefined;
      void this.#renewAll();
    }, soon);
  }

  close(): void {
    clearInterval(this.#clock);
    clearTimeout(this.#due);
  }

  async #renewAll(): Promise<void> {
    const { sessions, gate, log } = this.#parts;
    /** By what they are known by: a wall and ten consoles of one sign-in are one question. */
    const asked = new Map<string, Promise<Caller | undefined>>();
    const ask = (caller: Caller): Promise<Caller | undefined> => {
      const { via } = caller;
      if (via.kind === 'open') return gate.renew(caller);
      const name = `${via.kind} ${via.id}`;
      const answer = asked.get(name) ?? gate.renew(caller);
      asked.set(name, answer);
      return answer;
    };
    const outcomes = await Promise.allSettled(
      [...sessions.values()].map((session) => this.#renew(session, ask)),
    );
    for (const outcome of outcomes) {
      // A store that cannot be used is told of once, by itself; what is shown goes on meanwhile.
      if (outcome.status === 'fulfilled' || outcome.reason instanceof StoreError) continue;
      const fields = { err: outcome.reason as unknown };
      logSparingly(log, 'error', fields, 'a sign-in could not be looked up again');
    }
  }

  async #renew(
    session: TabSession,
    ask: (caller: Caller) => Promise<Caller | undefined>,
  ): Promise<void> {
    const caller = await ask(session.caller);
    if (!caller) return this.#parts.expel(session);
    session.caller = caller;
    // In turn, so that it also ends what is being begun at this moment.
    await session.enqueue(async () => this.#parts.withdraw(session));
  }
}
