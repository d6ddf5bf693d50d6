/**
 * The very first start: whoever reads the server's own output makes the first administrator. Of several servers on one
 * store each prints a link of its own, which is good at all of them for as long as that server runs.
 */
import { timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';
import type { SetUp } from '../contract/api.ts';
import { RefusedError } from '../contract/errors.ts';
import type { PersonRecord } from '../store/person-repository.ts';
import type { Records, Store } from '../store/store.ts';
import type { Changes } from './changes.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { newPerson } from './person.ts';
import { digest, newToken } from './tokens.ts';

/** In the store, by the digest of a link's token: the run of the server that has printed it. */
const links = 'set-up-link:';

export interface FirstStartParts {
  readonly store: Pick<Store, 'people' | 'facts' | 'runs'>;
  readonly changes: Changes;
  /** Names this server among those on the store. */
  readonly run: string;
}

export class FirstStart {
  readonly #parts: FirstStartParts;
  /** Made again at each start until there is an administrator; undefined from then on, and where there are no accounts. */
  #token: string | undefined;

  private constructor(parts: FirstStartParts) {
    this.#parts = parts;
  }

  /** @param accounts whether there are to be any */
  static async look(parts: FirstStartParts, accounts: boolean): Promise<FirstStart> {
    const firstStart = new FirstStart(parts);
    if (!accounts || (await firstStart.#isDone(parts.store))) return firstStart;
    const token = newToken();
    await parts.store.facts.set(links + digest(token), parts.run);
    firstStart.#token = token;
    return firstStart;
  }

  /** The link is good no more. */
  async stop(): Promise<void> {
    if (this.#token !== undefined)
      await this.#parts.store.facts.remove(links + digest(this.#token));
  }

  /** Looks whether somebody was made an administrator through another server. */
  async lookAgain(): Promise<void> {
    if (this.due && (await this.#isDone(this.#parts.store))) this.#token = undefined;
  }

  /** What the link in the banner holds; undefined when there are accounts already. */
  get token(): string | undefined {
    return this.#token;
  }

  get due(): boolean {
    return this.#token !== undefined;
  }

  /** Whether this server has printed the link, or another one that runs. */
  async accepts(token: string): Promise<boolean> {
    if (this.#token === undefined) return false;
    const shown = digest(token);
    if (timingSafeEqual(Buffer.from(shown), Buffer.from(digest(this.#token)))) return true;
    const { facts, runs } = this.#parts.store;
    const run = await facts.get(links + shown);
    return run !== undefined && (await runs.has(run));
  }

  /** @throws RefusedError `sign-in-failed`, `weak-password` */
  async finish(
    token: string,
    { name, password }: z.infer<typeof SetUp>,
    address: string,
  ): Promise<PersonRecord> {
    await this.lookAgain();
    if (!this.due) throw doneAlready();
    if (!(await this.accepts(token))) {
      throw new RefusedError(
        'sign-in-failed',
        'This set-up link is not good any more. Use the one that the server printed last.',
      );
    }
    checkPassword(password, name);
    const passwordHash = await hashPassword(password);
    const grants = [{ role: 'administrator', zones: '*' }] as const;
    const person = { ...newPerson(name), passwordHash, grants };
    const actor = { kind: 'person', id: person.id, name } as const;
    await this.#parts.changes.make({ actor, address }, async (records, tell) => {
      // Of two who hold a link, at whichever servers, one is first.
      if (await this.#isDone(records)) throw doneAlready();
      await records.people.add(person);
      await records.facts.removeOf(links);
      tell({ action: 'set-up', detail: { person: name, grants } });
    });
    this.#token = undefined;
    return person;
  }

  async #isDone({ people }: Pick<Records, 'people'>): Promise<boolean> {
    return (await people.list()).length > 0;
  }
}

function doneAlready(): RefusedError {
  return new RefusedError('sign-in-failed', 'The set-up is done already. Sign in.');
}
