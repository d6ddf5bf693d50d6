/** `npm run access:recover`: lets whoever has this machine in again when the administrator is lost; also while the server runs. */
import { hostname, userInfo } from 'node:os';
import { NotRecoveredError, recover } from '../access/lost-administrator.ts';
import { append } from '../audit/append.ts';
import type { Settings } from '../config.ts';
import { invitationPath } from '../contract/api.ts';
import { StartupError } from '../startup-error.ts';
import { openStore } from '../store/store.ts';
import { noMore, runCommand } from './command.ts';

const usage = 'npm run access:recover [-- NAME] [--config FILE]';

await runCommand(usage, {}, async ({ settings, positionals: [name, ...more] }) => {
  noMore(more, usage);
  // Read-only, which creates no store: a mistyped name must not make an empty one.
  await (await openStore(settings.store, { readOnly: true })).close();
  const store = await openStore(settings.store);
  try {
    const { person, token, expiresAt, made } = await store.transaction(async (records) => {
      const recovered = await recover(records, name);
      // Servers that run look again at who may do what.
      await records.news.add();
      const actor = { kind: 'service', id: 'service', name: 'service' } as const;
      const detail = {
        person: recovered.person.name,
        made: recovered.made,
        by: `access:recover on ${hostname()} as ${userInfo().username}`,
      };
      const entry = { kind: 'change', action: 'access-recovered', actor, address: '' } as const;
      await append(records, [{ entry: { ...entry, detail }, at: Date.now() }]);
      return recovered;
    });
    if (made) console.log(`No administrator was left: ${person.name} is one now.`);
    console.log(
      `${person.name} is asked for no second factor any more. Open this link to choose a password; it is good once, until ${new Date(expiresAt).toISOString()}:`,
    );
    console.log(`\n  ${originOf(settings)}${invitationPath(token)}\n`);
    if (settings.access.mode === 'open') {
      console.log(
        'The server has no accounts now (access.mode is open): the link waits until it has.',
      );
    }
    return 0;
  } catch (error) {
    if (error instanceof NotRecoveredError) throw new StartupError(`${error.message}\n${usage}`);
    throw error;
  } finally {
    await store.close();
  }
});

/** Where this machine reaches the server, unless its address is configured. */
function originOf({ oidc, http, tls }: Settings): string {
  if (oidc.public_url) return oidc.public_url;
  const everywhere = http.host === '0.0.0.0' || http.host === '::';
  const host = http.host.includes(':') ? `[${http.host}]` : http.host;
  return `${tls.enabled ? 'https' : 'http'}://${everywhere ? 'localhost' : host}:${http.port}`;
}
