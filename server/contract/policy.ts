/** Who may do what: the only place that says so, for the server and for what the console shows. */
import {
  siteActions,
  zoneActions,
  type DeskAction,
  type Grant,
  type Principal,
  type Role,
  type SiteAction,
  type ZoneAction,
} from './access.ts';
import { matchesZone, type ZoneId } from './zone.ts';

export type Action = ZoneAction | SiteAction | DeskAction;

const watcher = ['zone:see', 'zone:watch', 'zone:snapshot', 'views:keep'] as const;
const sharer = ['views:keep', 'views:share', 'screens:send'] as const;

/** What can be done on the whole site also where there are no accounts. */
const withoutAccounts: ReadonlySet<Action> = new Set([
  'site:audit',
  'cluster:see',
  'gateways:manage',
  'plans:keep',
]);

/** What each role may do, in the zones that it is granted for. */
export const allowedTo: Record<Role, ReadonlySet<Action>> = {
  administrator: new Set<Action>([
    ...zoneActions,
    ...sharer,
    'people:manage',
    'keys:manage',
    'sign-ins:manage',
    'site:audit',
    'cluster:see',
    'gateways:manage',
    'plans:keep',
  ]),
  supervisor: new Set<Action>([
    ...watcher,
    ...sharer,
    'zone:steer',
    'zone:manage',
    'zone:audit',
    'site:audit',
    'plans:keep',
  ]),
  operator: new Set<Action>([...watcher, 'zone:steer', 'screens:send']),
  viewer: new Set<Action>(watcher),
  installer: new Set<Action>([
    'zone:see',
    'zone:watch',
    'zone:film',
    'zone:mask',
    'zone:steer',
    'views:keep',
  ]),
  camera: new Set<Action>(['zone:see', 'zone:film']),
  wall: new Set<Action>(['zone:see', 'zone:watch']),
};

/**
 * Whether someone may do this. An action in a zone is asked with the zone, and without one for whether
 * it is allowed anywhere. An action on the whole site needs a grant for all zones: whoever could make
 * people or keys with a part of the city could give away the rest of it.
 */
export function may({ kind, grants }: Principal, action: Action, zone?: ZoneId): boolean {
  const onSite = isSiteAction(action);
  // There are no accounts.
  if (onSite && kind === 'anyone' && !withoutAccounts.has(action)) return false;
  return grants.some(
    (grant) =>
      allowedTo[grant.role].has(action) &&
      (onSite ? grant.zones === '*' : zone === undefined || matchesZone(grant.zones, zone)),
  );
}

/** The patterns of the zones in which someone may do this. */
export function zonesFor({ grants }: Principal, action: ZoneAction): string[] {
  return grants.filter(({ role }) => allowedTo[role].has(action)).map(({ zones }) => zones);
}

/** Whether someone sees a view: their own, one that is shared with a role of theirs, and whoever shares sees all that are shared. */
export function seesView(
  principal: Principal,
  { ownerId, sharedWith }: { readonly ownerId: string; readonly sharedWith: readonly Role[] },
): boolean {
  if (ownerId === principal.id) return true;
  if (sharedWith.length === 0) return false;
  return (
    may(principal, 'views:share') || principal.grants.some(({ role }) => sharedWith.includes(role))
  );
}

/** Whether someone may change and remove a view. */
export function mayChangeView(
  principal: Principal,
  { ownerId, sharedWith }: { readonly ownerId: string; readonly sharedWith: readonly Role[] },
): boolean {
  return sharedWith.length > 0 ? may(principal, 'views:share') : ownerId === principal.id;
}

/** Whether these grants make an administrator of the whole site. */
export function administersSite(grants: readonly Grant[]): boolean {
  return grants.some(({ role, zones }) => role === 'administrator' && zones === '*');
}

/** Everybody, where there are no accounts. */
export const anyone: Principal = {
  kind: 'anyone',
  id: 'anyone',
  name: 'open access',
  grants: [{ role: 'administrator', zones: '*' }],
};

function isSiteAction(action: Action): action is SiteAction {
  return (siteActions as readonly string[]).includes(action);
}
