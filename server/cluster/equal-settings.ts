/** What has to be the same at all nodes: each tells the others by fingerprints, which tell nothing to whoever sees them. */
import { createHmac } from 'node:crypto';
import type { Settings } from '../config.ts';
import { StartupError } from '../startup-error.ts';
import type { NodeRecord } from './directory/nodes.ts';

/** By setting: a fingerprint. */
export type Fingerprints = Readonly<Record<string, string>>;

const database = 'store.url';

/** @param installation the mark that the database has */
export function fingerprintsOf(settings: Settings, installation: string): Fingerprints {
  const { access, cluster, gateways, oidc, turn } = settings;
  const values = {
    // By its being the key of all of them.
    'cluster.secret': '',
    [database]: installation,
    'access.mode': access.mode,
    // A single sign-on may begin here and end there.
    'oidc.issuer': oidc.issuer,
    'oidc.client_id': oidc.client_id,
    'oidc.public_url': oidc.public_url,
    // What others' secrets are kept with in the database, too.
    'oidc.client_secret': oidc.client_secret,
    'gateways.secret': gateways.secret,
    'turn.secret': turn.secret,
  };
  const fingerprint = ([name, value]: [string, string]): [string, string] => {
    const hash = createHmac('sha256', cluster.secret).update(`${name}\n${value}`);
    return [name, hash.digest('base64url').slice(0, 22)];
  };
  return Object.fromEntries(Object.entries(values).map(fingerprint));
}

/**
 * @param nodes all that live
 * @throws StartupError naming the setting that is not the same here, and where it is another
 */
export function requireEqual(own: Fingerprints, nodes: Iterable<NodeRecord>): void {
  for (const { name, fingerprints = {} } of nodes) {
    // What a node of another version does not tell cannot be compared.
    const differing = Object.entries(fingerprints).filter(
      ([setting, print]) => own[setting] !== undefined && own[setting] !== print,
    );
    const settings = differing.map(([setting]) => setting);
    // With another secret all are others.
    const first = settings.find((setting) => setting === 'cluster.secret') ?? settings[0];
    if (first === undefined) continue;
    throw new StartupError(
      first === database
        ? `The node ${name} uses another database than this one (the setting ${database}): all nodes of a cluster share one.`
        : `The setting ${first} is not the same here as at the node ${name}: it has to be the same at all nodes.`,
    );
  }
}
