/** The mark of an installation: made at its first start, kept in its database, and the same at all servers on it. */
import type { Store } from '../store/store.ts';
import { digest } from './tokens.ts';

const fact = 'installation';

export async function installationOf(store: Store): Promise<string> {
  const made = digest(crypto.randomUUID())
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, 8);
  return store.facts.settle(fact, made);
}
