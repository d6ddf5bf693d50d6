/**
 * One stream of a camera: pulled while it is wanted, tried again when it fails, and left alone when that is of no use.
 * It is live when whole pictures come of it.
 */
import { messageOf } from '../../server/contract/errors.ts';
import type { Trouble } from '../../server/contract/gateway.ts';
import type { Sound } from '../sound/sound.ts';
import type { Picture, StreamFacts } from '../video/picture.ts';
import type { OpenSource, Source } from '../video/source.ts';
import { BitRate } from './bit-rate.ts';
import type { PasswordShare } from './password-budget.ts';
import { Patience, quick, steadyAfter } from './patience.ts';

/** A stream that nobody wants is pulled for so long still, ms: whoever changes over may come back. */
export const linger = 2000;
/** A camera that does not answer to the end of a session does not hold up the next one for longer, ms. */
const longestStop = 1000;
/** 90 kHz */
const ticksPerMs = 90;

export interface StreamEvents {
  /** @returns what is wrong with them, which ends the session; undefined where they can be used */
  facts(facts: StreamFacts): Trouble | undefined;
  picture(picture: Picture): void;
  /** Nothing can be shown before its next key picture. */
  awaitsKey?(): void;
  sound?(sound: Sound): void;
  /** It is wanted, pulled, live, troubled or given up, and was not before. */
  changed(): void;
  /** A fault of ours. */
  fault(error: unknown): void;
}

export interface StreamParts {
  readonly open: OpenSource;
  readonly budget: PasswordShare;
  readonly events: StreamEvents;
  readonly random?: (() => number) | undefined;
}

/** One attempt; what comes of one that is not the last any more is of no interest. */
interface Session {
  source?: Source;
  /** Whether its password was accepted, as far as that is known. */
  judged: boolean;
  /** When its first picture came, ms of `performance.now()`. */
  liveSince?: number;
}

export class Stream {
  /** What is wrong, until whole pictures come. */
  trouble: Trouble | undefined;
  /** It is not tried again before somebody has changed something. */
  givenUp = false;
  /** Sessions that were begun, what has come, and transcoders that were started again, so far. */
  readonly counts = { sessions: 0, pictures: 0, bytes: 0, restarts: 0 };
  /** How often loss has torn a picture, so that the next one to come is a key picture. */
  torn = 0;
  readonly bitRate = new BitRate();
  readonly #budget: PasswordShare;
  readonly #events: StreamEvents;
  readonly #patience: Patience;
  readonly #open: OpenSource;
  #wanted = false;
  #session: Session | undefined;
  #stopping: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #lingering: NodeJS.Timeout | undefined;
  /** The last time stamp that was passed on, when its picture came, and what is added to those of now. */
  #last = { timestamp: 0, at: 0 };
  #offset = 0;

  constructor({ open, budget, events, random }: StreamParts) {
    this.#open = open;
    this.#budget = budget;
    this.#events = events;
    this.#patience = new Patience(random);
  }

  get wanted(): boolean {
    return this.#wanted;
  }

  /** A session with the camera is open, or is being opened. */
  get pulled(): boolean {
    return this.#session !== undefined;
  }

  get live(): boolean {
    return this.#session?.liveSince !== undefined;
  }

  want(wanted: boolean): void {
    if (wanted) {
      clearTimeout(this.#lingering);
      this.#lingering = undefined;
      if (this.#wanted) return;
      this.#wanted = true;
      this.#begin();
      this.#events.changed();
    } else if (this.#wanted) {
      this.#lingering ??= setTimeout(() => this.#rest(), linger);
    }
  }

  /** What was wrong with it may be right now. */
  again(): void {
    if (this.#wanted && !this.#session && !this.givenUp) this.#begin();
  }

  /** What it gives is not to be used; it is tried again as its trouble allows. */
  fail(trouble: Trouble): void {
    this.#end();
    this.#failed(trouble);
  }

  /** Ends the session with the camera. */
  async close(): Promise<void> {
    this.#rest();
    await this.#stopping;
  }

  #rest(): void {
    clearTimeout(this.#lingering);
    clearTimeout(this.#retry);
    this.#lingering = undefined;
    this.#wanted = false;
    this.#end();
    this.#events.changed();
  }

  #begin(): void {
    clearTimeout(this.#retry);
    if (this.givenUp) return;
    if (this.#stopping) {
      void this.#stopping.then(() => this.#beginAgain());
      return;
    }
    if (!this.#budget.begin()) {
      if (this.#budget.spent) this.#giveUp({ code: 'wrong-password' });
      else this.#retry = setTimeout(() => this.#begin(), quick.every);
      return;
    }
    const session: Session = { judged: false };
    this.#session = session;
    this.counts.sessions += 1;
    const current = (): boolean => this.#session === session;
    try {
      session.source = this.#open({
        facts: (facts) => this.#guard(session, () => this.#facts(session, facts)),
        picture: (picture) => this.#guard(session, () => this.#picture(session, picture)),
        sound: (sound) => this.#guard(session, () => this.#events.sound?.(sound)),
        torn: () => void (this.torn += 1),
        awaitsKey: () => this.#guard(session, () => this.#events.awaitsKey?.()),
        restarted: () => this.#guard(session, () => this.#restarted()),
        ended: (trouble) => {
          if (current()) this.#guard(session, () => this.#ended(session, trouble));
        },
      });
    } catch (error) {
      this.#fault(session, error);
    }
  }

  #beginAgain(): void {
    if (this.#wanted && !this.#session) this.#begin();
  }

  /** What goes wrong in here or in whoever listens is this stream's own trouble. */
  #guard(session: Session, work: () => void): void {
    if (this.#session !== session) return;
    try {
      work();
    } catch (error) {
      this.#fault(session, error);
    }
  }

  #fault(session: Session, error: unknown): void {
    this.#events.fault(error);
    if (this.#session === session)
      this.fail({ code: 'internal', detail: messageOf(error).slice(0, 300) });
  }

  #facts(session: Session, facts: StreamFacts): void {
    this.#judge(session, 'accepted');
    const trouble = this.#events.facts(facts);
    if (trouble && this.#session === session) this.fail(trouble);
  }

  #restarted(): void {
    this.counts.restarts += 1;
    this.#events.changed();
  }

  #picture(session: Session, picture: Picture): void {
    const { cameAt, timestamp } = picture;
    if (session.liveSince === undefined) {
      this.#judge(session, 'accepted');
      session.liveSince = cameAt;
      this.trouble = undefined;
      this.#align(timestamp, cameAt);
      this.#events.changed();
    } else if (cameAt - session.liveSince >= steadyAfter) {
      this.#patience.steady();
    }
    const size = picture.units.reduce((sum, { length }) => sum + length, 0);
    this.counts.pictures += 1;
    this.counts.bytes += size;
    this.bitRate.add(size, cameAt);
    this.#last = { timestamp: timestamp + this.#offset, at: cameAt };
    this.#events.picture(
      this.#offset === 0 ? picture : { ...picture, timestamp: this.#last.timestamp },
    );
  }

  /** Another source begins its own time; what is passed on goes on rising by the time that has gone by. */
  #align(timestamp: number, cameAt: number): void {
    if (timestamp + this.#offset > this.#last.timestamp) return;
    const gone = Math.max(1, cameAt - this.#last.at);
    this.#offset = Math.round(this.#last.timestamp + gone * ticksPerMs - timestamp);
  }

  #ended(session: Session, trouble: Trouble): void {
    this.#judge(session, trouble.code === 'wrong-password' ? 'refused' : 'unknown');
    this.#forget();
    this.#failed(trouble);
  }

  #failed(trouble: Trouble): void {
    if (trouble.code === 'wrong-password' && this.#budget.spent) return this.#giveUp(trouble);
    const wait = this.#patience.afterFailure(trouble.code);
    if (wait === undefined) return this.#giveUp(trouble);
    this.trouble = trouble;
    if (this.#wanted) {
      clearTimeout(this.#retry);
      this.#retry = setTimeout(() => this.#begin(), wait);
    }
    this.#events.changed();
  }

  #giveUp(trouble: Trouble): void {
    this.trouble = this.trouble?.code === trouble.code ? this.trouble : trouble;
    this.givenUp = true;
    this.#events.changed();
  }

  #judge(session: Session, outcome: 'accepted' | 'refused' | 'unknown'): void {
    if (session.judged) return;
    session.judged = true;
    this.#budget.outcome(outcome);
  }

  /** Closes the session in its own way, and is not to be begun again until that is done. */
  #end(): void {
    const session = this.#session;
    if (!session) return;
    this.#judge(session, 'unknown');
    this.#forget();
    const stopped = this.#stop(session).finally(() => {
      if (this.#stopping === stopped) this.#stopping = undefined;
    });
    this.#stopping = stopped;
  }

  async #stop({ source }: Session): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => (timer = setTimeout(resolve, longestStop)));
    try {
      await Promise.race([source?.stop(), enough]);
    } catch (error) {
      this.#events.fault(error);
    }
    clearTimeout(timer);
  }

  #forget(): void {
    this.#session = undefined;
    this.bitRate.rest();
  }
}
