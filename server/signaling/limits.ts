/** How much a session may ask and cause, and how often it may be wrong. */
import type { Settings } from '../config.ts';
import type { ErrorCode } from '../contract/errors.ts';
import { RefusedError } from '../contract/errors.ts';
import type { ClientEventName } from '../contract/events.ts';
import type { ZoneId } from '../contract/zone.ts';
import { PayerBudget } from '../limits/payer.ts';
import { Budget } from '../limits/budget.ts';
import { tooMany, type Excess, type Limit } from '../limits/excess.ts';
import type { Tab } from './tab.ts';
import type { TabSession } from './tab-session.ts';

/** Who speaks, and who is charged for it. */
export type Charged = Pick<Tab, 'caller' | 'address' | 'payer'>;

/** What a client of this protocol never does. */
const faults: ReadonlySet<ErrorCode> = new Set(['invalid-request', 'unknown-event', 'throttled']);
const joins: ReadonlySet<string> = new Set<ClientEventName>(['watch', 'claim']);
const minute = 60_000; // ms
const messageTime = 10_000; // ms
/** A zone that is joined is in the audit when it begins and when it ends. */
const recordsOfJoin = 2;

export class Limits {
  readonly #settings: Settings['limits'];
  readonly #excess: Excess;
  readonly #messages: Budget;
  readonly #payerMessages: PayerBudget;
  readonly #joins: Budget;
  readonly #faults: Budget;
  readonly #records: PayerBudget;

  constructor(settings: Settings['limits'], excess: Excess) {
    const { messages_per_socket: perSocket, messages_per_account: perPerson } = settings;
    this.#settings = settings;
    this.#excess = excess;
    this.#messages = new Budget(perSocket, messageTime);
    this.#payerMessages = new PayerBudget(
      Math.max(perPerson, perSocket),
      Math.max(settings.messages_per_key, perSocket),
      messageTime,
    );
    this.#joins = new Budget(settings.joins_per_sign_in, minute);
    this.#faults = new Budget(settings.faults_per_socket, minute);
    const { records_per_account: ofPerson, records_per_key: ofKey } = settings;
    this.#records = new PayerBudget(ofPerson, ofKey, minute);
  }

  /** Counts a message. @throws RefusedError `throttled` */
  admit(socketId: string, session: Charged, event: string): void {
    const { payer } = session;
    if (!this.#messages.take(socketId)) {
      this.#refuse('messages', session, 'messages', this.#messages.wait(socketId));
    }
    if (!this.#payerMessages.take(payer)) {
      const wait = this.#payerMessages.wait(payer);
      this.#refuse('messages', session, 'messages of this account', wait);
    }
    if (!joins.has(event)) return;
    const { via } = session.caller;
    const name = via.kind === 'open' ? payer.name : via.id;
    if (!this.#joins.take(name)) this.#refuse('joins', session, 'joins', this.#joins.wait(name));
  }

  /**
   * Asked before a session takes part in zones, and before any of it is done.
   * @param zones all in which it is to take part
   * @param others all sessions, of which only those of the same payer count
   * @throws RefusedError `throttled`
   */
  join(session: TabSession, zones: ReadonlySet<ZoneId>, others: Iterable<TabSession>): void {
    const begun = this.#begun(session, zones, others);
    if (begun > 0) this.record(session, begun * recordsOfJoin);
  }

  /** As `join`, and counts nothing. @throws RefusedError `throttled` */
  mayJoin(session: TabSession, zones: ReadonlySet<ZoneId>, others: Iterable<TabSession>): void {
    const begun = this.#begun(session, zones, others);
    const wait = this.#records.wait(session.payer, begun * recordsOfJoin);
    if (wait > 0) this.#refuseRecords(session, wait);
  }

  /** @returns of how many of the zones the session is no part yet. @throws RefusedError `throttled` */
  #begun(session: TabSession, zones: ReadonlySet<ZoneId>, others: Iterable<TabSession>): number {
    const begun = [...zones].filter((zone) => !session.takesPartIn(zone)).length;
    if (begun === 0) return 0;
    const { payer } = session;
    const { zones_per_account: ofPerson, zones_per_key: ofKey } = this.#settings;
    const most = payer.shared ? ofKey : ofPerson;
    const all = new Set(zones);
    for (const other of others) {
      if (other === session || other.payer.name !== payer.name) continue;
      for (const zone of other.viewing.zones.keys()) all.add(zone);
      if (other.camera) all.add(other.camera.zone.id);
    }
    if (all.size > most) {
      this.#excess.report('zones', { address: session.address, account: payer.name });
      throw new RefusedError(
        'throttled',
        `This account may take part in ${most} zones at once, and would in ${all.size}; leave some first.`,
      );
    }
    return begun;
  }

  /** Asked before a session causes records in the audit. @throws RefusedError `throttled` */
  record(session: TabSession, count: number): void {
    const { payer } = session;
    if (this.#records.take(payer, count)) return;
    this.#refuseRecords(session, this.#records.wait(payer, count));
  }

  /** Call for each refusal. @returns whether the socket has been wrong too often */
  isTooMuch(socketId: string, session: Charged, code: ErrorCode): boolean {
    if (!faults.has(code) || this.#faults.take(socketId)) return false;
    const { address } = session;
    this.#excess.report('faults', { address, account: session.payer.name });
    return true;
  }

  /** Forgets a socket that is gone. */
  forget(socketId: string): void {
    this.#messages.forget(socketId);
    this.#faults.forget(socketId);
  }

  #refuseRecords(session: TabSession, wait: number): never {
    this.#refuse('records', session, 'zones joined and snapshots by this account', wait);
  }

  #refuse(limit: Limit, session: Charged, what: string, wait: number): never {
    const { address } = session;
    this.#excess.report(limit, { address, account: session.payer.name });
    throw tooMany(what, wait);
  }
}
