/** Looks again who everyone is, and ends what they may not do any more. */
import type { Logger } from 'pino';
import type { Caller, Gate } from '../access/caller.ts';
import { RefusedError } from '../contract/errors.ts';
import { logSparingly } from '../limits/sparing-log.ts';
import type { LivesByCaller } from '../participants/participant.ts';
import type { TabSession } from './tab-session.ts';

export interface RenewalParts {
  readonly sessions: ReadonlyMap<string, TabSession>;
  /** What else lives by a caller: connections on which it may open more sessions, and what has no socket. */
  readonly others: () => Iterable<LivesByCaller>;
  readonly gate: Pick<Gate, 'renew'>;
  readonly log: Logger;
  /** Ends a session whose sign-in has ended. */
  readonly expel: (session: TabSession) => void;
  /** Takes from a session what its caller may not have any more. */
  readonly withdraw: (session: TabSession) => void;
}

/** The caller as of now; undefined when what it is known by has ended. */
type Look = (caller: Caller) => Promise<Caller | undefined>;

export class Renewal {
  readonly #parts: RenewalParts;

  constructor(parts: RenewalParts) {
    this.#parts = parts;
  }

  /** Everyone here, each once: a wall and ten consoles of one sign-in are one. */
  get callers(): Caller[] {
    const { sessions, others } = this.#parts;
    const all = [...sessions.values(), ...others()].map(({ caller }) => caller);
    return [...new Map(all.map((caller) => [nameOf(caller), caller])).values()];
  }

  /**
   * @param look asks the gate, if not said otherwise
   * @returns whether everyone could be looked up; for whom that failed, all goes on as it is
   */
  async round(look: Look = (caller) => this.#parts.gate.renew(caller)): Promise<boolean> {
    const { sessions, others, log } = this.#parts;
    const asked = new Map<string, Promise<Caller | undefined>>();
    const ask = (caller: Caller): Promise<Caller | undefined> => {
      if (caller.via.kind === 'open') return look(caller);
      const name = nameOf(caller);
      const answer = asked.get(name) ?? look(caller);
      asked.set(name, answer);
      return answer;
    };
    const outcomes = await Promise.allSettled([
      ...[...sessions.values()].map((session) => this.#renew(session, ask)),
      ...[...others()].map((one) => renewOther(one, ask)),
    ]);
    const failures = outcomes.flatMap((one) => (one.status === 'rejected' ? [one] : []));
    for (const { reason } of failures) {
      // A store that cannot be used is told of once, by itself; what is shown goes on meanwhile.
      if (reason instanceof RefusedError && reason.code === 'unavailable') continue;
      const fields = { err: reason as unknown };
      logSparingly(log, 'error', fields, 'a sign-in could not be looked up again');
    }
    return failures.length === 0;
  }

  async #renew(session: TabSession, ask: Look): Promise<void> {
    const { expel, withdraw } = this.#parts;
    const caller = await ask(session.caller);
    if (!caller) return expel(session);
    session.caller = caller;
    // At once, as something that is being begun may wait for a store that hangs; and in turn, to end that too.
    withdraw(session);
    void session.enqueue(async () => withdraw(session));
  }
}

async function renewOther(one: LivesByCaller, ask: Look): Promise<void> {
  const caller = await ask(one.caller);
  if (caller) one.renewed(caller);
  else one.expelled();
}

/** What a caller is known by. */
export function nameOf({ via }: Caller): string {
  return via.kind === 'open' ? 'open' : `${via.kind} ${via.id}`;
}
