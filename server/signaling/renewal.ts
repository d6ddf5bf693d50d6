/** Looks again who everyone is: soon after a change, and now and then, since sign-ins end by time too. */
import type { Caller } from '../access/caller.ts';
import { logSparingly } from '../limits/sparing-log.ts';
import { StoreError } from '../store/failure.ts';
import type { Context } from './context.ts';
import type { Session } from './session.ts';
import { withdraw } from './withdrawal.ts';

/** Changes within this time are looked at together, ms; what was withdrawn is to end within a second. */
const soon = 100;
const longest = 30_000; // ms

export class Renewal {
  readonly #context: Context;
  readonly #expel: (session: Session) => void;
  readonly #clock: NodeJS.Timeout;
  #due: NodeJS.Timeout | undefined;

  /** @param expel ends a session whose sign-in has ended */
  constructor(context: Context, expel: (session: Session) => void) {
    this.#context = context;
    this.#expel = expel;
    // Often enough that an open console counts as use before the idle limit.
    const interval = Math.min(longest, context.settings.access.idle_limit / 4);
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
    const { sessions, gate, log } = this.#context;
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
    session: Session,
    ask: (caller: Caller) => Promise<Caller | undefined>,
  ): Promise<void> {
    const caller = await ask(session.caller);
    if (!caller) return this.#expel(session);
    session.caller = caller;
    // In turn, so that it also ends what is being begun at this moment.
    await session.enqueue(async () => withdraw(this.#context, session));
  }
}
