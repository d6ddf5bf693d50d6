/** How much whoever takes part may ask and cause, and how often it may be wrong. */
import type { Settings } from '../config.ts';
import type { ErrorCode } from '../contract/errors.ts';
import { RefusedError } from '../contract/errors.ts';
import type { ZoneId } from '../contract/zone.ts';
import { PayerBudget } from '../limits/payer.ts';
import { Budget } from '../limits/budget.ts';
import { tooMany, type Excess, type Limit } from '../limits/excess.ts';
import type { Participant, Speaker } from './participant.ts';

/** What a client of this protocol never does. */
const faults: ReadonlySet<ErrorCode> = new Set(['invalid-request', 'unknown-event', 'throttled']);
const minute = 60_000; // ms
const messageTime = 10_000; // ms
/** A zone that is joined is in the audit when it begins and when it ends. */
const recordsOfJoin = 2;

export class Limits {
  readonly #settings: Settings['limits'];
  readonly #excess: Excess;
  readonly #everyone: Iterable<Participant>;
  readonly #messages: Budget;
  readonly #payerMessages: PayerBudget;
  readonly #joins: Budget;
  readonly #faults: Budget;
  readonly #records: PayerBudget;

  /** @param everyone of whom only those of the same payer count with each other */
  constructor(settings: Settings['limits'], excess: Excess, everyone: Iterable<Participant>) {
    const { messages_per_socket: perSocket, messages_per_account: perPerson } = settings;
    this.#settings = settings;
    this.#everyone = everyone;
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

  /** Counts a message. @param joins whether it begins something. @throws RefusedError `throttled` */
  admit(socketId: string, speaker: Speaker, joins: boolean): void {
    if (!this.#messages.take(socketId)) {
      this.#refuse('messages', speaker, 'messages', this.#messages.wait(socketId));
    }
    this.admitRequest(speaker, joins);
  }

  /** Counts what is asked without a socket. @throws RefusedError `throttled` */
  admitRequest(speaker: Speaker, joins: boolean): void {
    const { payer, caller } = speaker;
    if (!this.#payerMessages.take(payer)) {
      const wait = this.#payerMessages.wait(payer);
      this.#refuse('messages', speaker, 'messages of this account', wait);
    }
    if (!joins) return;
    const name = caller.via.kind === 'open' ? payer.name : caller.via.id;
    if (!this.#joins.take(name)) this.#refuse('joins', speaker, 'joins', this.#joins.wait(name));
  }

  /**
   * Asked before somebody takes part in zones, and before any of it is done.
   * @param zones all in which it is to take part
   * @throws RefusedError `throttled`
   */
  join(participant: Participant, zones: ReadonlySet<ZoneId>): void {
    const begun = this.#begun(participant, zones);
    if (begun > 0) this.record(participant, begun * recordsOfJoin);
  }

  /** As `join`, and counts nothing. @throws RefusedError `throttled` */
  mayJoin(participant: Participant, zones: ReadonlySet<ZoneId>): void {
    const begun = this.#begun(participant, zones);
    const wait = this.#records.wait(participant.payer, begun * recordsOfJoin);
    if (wait > 0) this.#refuseRecords(participant, wait);
  }

  /** @returns in how many of the zones it takes no part yet. @throws RefusedError `throttled` */
  #begun(participant: Participant, zones: ReadonlySet<ZoneId>): number {
    const now = new Set(participant.zonesNow);
    const begun = [...zones].filter((zone) => !now.has(zone)).length;
    if (begun === 0) return 0;
    const { payer, address } = participant;
    const { zones_per_account: ofPerson, zones_per_key: ofKey } = this.#settings;
    const most = payer.shared ? ofKey : ofPerson;
    const all = new Set(zones);
    for (const other of this.#everyone) {
      if (other === participant || other.payer.name !== payer.name) continue;
      for (const zone of other.zonesNow) all.add(zone);
    }
    if (all.size > most) {
      this.#excess.report('zones', { address, account: payer.name });
      throw new RefusedError(
        'throttled',
        `This account may take part in ${most} zones at once, and would in ${all.size}; leave some first.`,
      );
    }
    return begun;
  }

  /** Asked before somebody causes records in the audit. @throws RefusedError `throttled` */
  record(speaker: Speaker, count: number): void {
    const { payer } = speaker;
    if (this.#records.take(payer, count)) return;
    this.#refuseRecords(speaker, this.#records.wait(payer, count));
  }

  /** Call for each refusal. @returns whether the socket has been wrong too often */
  isTooMuch(socketId: string, { address, payer }: Speaker, code: ErrorCode): boolean {
    if (!faults.has(code) || this.#faults.take(socketId)) return false;
    this.#excess.report('faults', { address, account: payer.name });
    return true;
  }

  /** Forgets a socket that is gone. */
  forget(socketId: string): void {
    this.#messages.forget(socketId);
    this.#faults.forget(socketId);
  }

  #refuseRecords(speaker: Speaker, wait: number): never {
    this.#refuse('records', speaker, 'zones joined and snapshots by this account', wait);
  }

  #refuse(limit: Limit, { address, payer }: Speaker, what: string, wait: number): never {
    this.#excess.report(limit, { address, account: payer.name });
    throw tooMany(what, wait);
  }
}
