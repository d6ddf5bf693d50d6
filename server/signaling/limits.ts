/** How much a socket may ask, and how often it may be wrong. */
import { addressKey } from '../access/address-key.ts';
import { Throttle } from '../access/throttle.ts';
import type { Settings } from '../config.ts';
import type { ErrorCode } from '../contract/errors.ts';
import type { ClientEventName } from '../contract/events.ts';
import type { Session } from './session.ts';

/** What a client of this protocol never does. */
const faults: ReadonlySet<ErrorCode> = new Set(['invalid-request', 'unknown-event', 'throttled']);
const joins: ReadonlySet<string> = new Set<ClientEventName>(['watch', 'claim']);

export class Limits {
  readonly #messages: Throttle;
  readonly #joins: Throttle;
  readonly #faults: Throttle;

  constructor(settings: Settings['limits']) {
    this.#messages = new Throttle('messages', settings.messages_per_socket, 10);
    this.#joins = new Throttle('joins', settings.joins_per_sign_in, 60);
    this.#faults = new Throttle('faulty messages', settings.faults_per_socket, 60);
  }

  /** @throws RefusedError `throttled` */
  async admit(socketId: string, session: Session, event: string): Promise<void> {
    await this.#messages.take(socketId);
    const { via } = session.caller;
    if (joins.has(event))
      await this.#joins.take(via.kind === 'open' ? addressKey(session.address) : via.id);
  }

  /** Told of each refusal. @returns whether the socket has been wrong too often */
  async isTooMuch(socketId: string, code: ErrorCode): Promise<boolean> {
    if (!faults.has(code)) return false;
    return this.#faults.take(socketId).then(
      () => false,
      () => true,
    );
  }
}
