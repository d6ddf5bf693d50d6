/** Who sits at this page, and what the server lets them do; it decides again at each request. */
import { anyone, may, type Action } from '../../../server/contract/policy.ts';
import type { Principal } from '../../../server/contract/access.ts';
import { readPageData } from '../page-data.ts';
import type { Role } from '../session/status.ts';

const { access, clustered, gateways } = readPageData();

export const { mode, me, singleSignOn, singleSignOnDown } = access;

/** Null for nobody: before the sign-in. */
export const who: Principal | null = me ?? (mode === 'open' ? anyone : null);

/** An enrolled camera or wall, at which nobody may sit. */
export const enrolled = who?.kind === 'key';

/** Without a zone: whether it is allowed in any. */
export function mayI(action: Action, zone?: string): boolean {
  return who !== null && may(who, action, zone);
}

/** The roles of the console that they may take. */
export const consoleRoles: Role[] = [
  ...(mayI('zone:film') ? (['camera'] as const) : []),
  ...(mayI('zone:watch') ? (['operator'] as const) : []),
];

/** What the administration has for them, in the order of its tabs. */
export const administration = {
  people: mayI('people:manage'),
  keys: mayI('keys:manage'),
  sessions: mayI('sign-ins:manage'),
  zones: mayI('zone:manage'),
  // Whoever manages zones alone sees no gateways and keys.
  fleet: mayI('zone:manage') && mayI('gateways:manage'),
  // Without accounts there is nothing to prepare for a gateway that is still to come.
  cameras: mayI('gateways:manage') && (mode !== 'open' || gateways),
  audit: mayI('zone:audit') || mayI('site:audit'),
  nodes: clustered && mayI('cluster:see'),
};
export type AdministrationTab = keyof typeof administration;

export const administers = Object.values(administration).includes(true);
