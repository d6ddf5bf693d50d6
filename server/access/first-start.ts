/** The very first start: whoever reads the server's own output makes the first administrator. */
import { timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';
import type { SetUp } from '../contract/api.ts';
import { RefusedError } from '../contract/errors.ts';
import type { PersonRecord } from '../store/person-repository.ts';
import type { Store } from '../store/store.ts';
import type { Changes } from './changes.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { newPerson } from './person.ts';
import { digest, newToken } from './tokens.ts';

export class FirstStart {
  readonly #changes: Changes;
  /** Made again at each start until there is an administrator; undefined from then on. */
  #token: string | undefined;

  private constructor(changes: Changes, due: boolean) {
    this.#changes = changes;
    this.#token = due ? newToken() : undefined;
  }

  static async look(store: Store, changes: Changes): Promise<FirstStart> {
    return new FirstStart(changes, (await store.people.list()).length === 0);
  }

  /** Looks whether somebody was made an administrator through another server. */
  async lookAgain({ people }: Pick<Store, 'people'>): Promise<void> {
    if (this.due && (await people.list()).length > 0) this.#token = undefined;
  }

  /** What the link in the banner holds; undefined when there are accounts already. */
  get token(): string | undefined {
    return this.#token;
  }

  get due(): boolean {
    return this.#token !== undefined;
  }

  accepts(token: string): boolean {
    if (this.#token === undefined) return false;
    return timingSafeEqual(Buffer.from(digest(token)), Buffer.from(digest(this.#token)));
  }

  /** @throws RefusedError `sign-in-failed`, `weak-password` */
  async finish(
    token: string,
    { name, password }: z.infer<typeof SetUp>,
    address: string,
  ): Promise<PersonRecord> {
    if (!this.accepts(token)) {
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
    await this.#changes.make({ actor, address }, async ({ people }, tell) => {
      // Of two who hold the link, one is first.
      if ((await people.list()).length > 0) {
        throw new RefusedError('sign-in-failed', 'The set-up is done already. Sign in.');
      }
      await people.add(person);
      tell({ action: 'set-up', detail: { person: name, grants } });
    });
    this.#token = undefined;
    return person;
  }
}
