/** The policy written out a second time, so that a change of it is made on purpose. */
import { describe, expect, test } from 'vitest';
import { allowedTo, anyone, may, zonesFor, type Action } from '../../server/contract/policy.ts';
import {
  deskActions,
  roles,
  siteActions,
  zoneActions,
  type Principal,
  type Role,
} from '../../server/contract/access.ts';

const y = true;
const n = false;

/** Written out once more, by hand: a change to the policy is to be made on purpose. */
// prettier-ignore
const table: Record<Action, Record<Role, boolean>> = {
  'zone:see':        { administrator: y, supervisor: y, operator: y, viewer: y, installer: y, camera: y, wall: y },
  'zone:watch':      { administrator: y, supervisor: y, operator: y, viewer: y, installer: y, camera: n, wall: y },
  'zone:snapshot':   { administrator: y, supervisor: y, operator: y, viewer: y, installer: n, camera: n, wall: n },
  'zone:steer':      { administrator: y, supervisor: y, operator: y, viewer: n, installer: y, camera: n, wall: n },
  'zone:film':       { administrator: y, supervisor: n, operator: n, viewer: n, installer: y, camera: y, wall: n },
  'zone:manage':     { administrator: y, supervisor: y, operator: n, viewer: n, installer: n, camera: n, wall: n },
  'zone:mask':       { administrator: y, supervisor: n, operator: n, viewer: n, installer: y, camera: n, wall: n },
  'zone:audit':      { administrator: y, supervisor: y, operator: n, viewer: n, installer: n, camera: n, wall: n },
  'views:keep':      { administrator: y, supervisor: y, operator: y, viewer: y, installer: y, camera: n, wall: n },
  'views:share':     { administrator: y, supervisor: y, operator: n, viewer: n, installer: n, camera: n, wall: n },
  'screens:send':    { administrator: y, supervisor: y, operator: y, viewer: n, installer: n, camera: n, wall: n },
  'people:manage':   { administrator: y, supervisor: n, operator: n, viewer: n, installer: n, camera: n, wall: n },
  'keys:manage':     { administrator: y, supervisor: n, operator: n, viewer: n, installer: n, camera: n, wall: n },
  'sign-ins:manage': { administrator: y, supervisor: n, operator: n, viewer: n, installer: n, camera: n, wall: n },
  'gateways:manage': { administrator: y, supervisor: n, operator: n, viewer: n, installer: n, camera: n, wall: n },
  'cluster:see':     { administrator: y, supervisor: n, operator: n, viewer: n, installer: n, camera: n, wall: n },
  'plans:keep':      { administrator: y, supervisor: y, operator: n, viewer: n, installer: n, camera: n, wall: n },
  'site:audit':      { administrator: y, supervisor: y, operator: n, viewer: n, installer: n, camera: n, wall: n },
};
const actions = Object.keys(table) as Action[];

function holder(...grants: [Role, string][]): Principal {
  return {
    kind: 'person',
    id: 'p1',
    name: 'Ada',
    grants: grants.map(([role, zones]) => ({ role, zones })),
  };
}

test('the table names every action there is', () => {
  expect(new Set(actions)).toEqual(new Set([...zoneActions, ...siteActions, ...deskActions]));
  expect(Object.keys(allowedTo)).toEqual([...roles]);
});

describe.each(roles)('a %s', (role) => {
  test.each(actions)('%s', (action) => {
    expect(may(holder([role, '*']), action, 'CBD-TRAFFIC-01')).toBe(table[action][role]);
  });
});

test('a grant reaches only the zones of its pattern', () => {
  const operator = holder(['operator', 'CBD-*'], ['operator', 'PARK-WEST-02']);
  expect(may(operator, 'zone:watch', 'CBD-TRAFFIC-01')).toBe(true);
  expect(may(operator, 'zone:watch', 'PARK-WEST-02')).toBe(true);
  expect(may(operator, 'zone:watch', 'PARK-WEST-03')).toBe(false);
  expect(may(operator, 'zone:watch', 'XCBD-TRAFFIC-01')).toBe(false);
  expect(zonesFor(operator, 'zone:watch')).toEqual(['CBD-*', 'PARK-WEST-02']);
});

test('roles do not mix across patterns', () => {
  const both = holder(['operator', '*'], ['administrator', 'CBD-*']);
  expect(may(both, 'zone:mask', 'CBD-TRAFFIC-01')).toBe(true);
  expect(may(both, 'zone:mask', 'PARK-WEST-02')).toBe(false);
});

test('asked without a zone, an action in zones is allowed when it is allowed anywhere', () => {
  expect(may(holder(['operator', 'CBD-*']), 'zone:watch')).toBe(true);
  expect(may(holder(['camera', 'CBD-*']), 'zone:watch')).toBe(false);
});

test('what concerns the whole site needs a grant for all zones', () => {
  for (const action of siteActions) {
    expect(may(holder(['administrator', 'CBD-*']), action)).toBe(false);
    expect(may(holder(['administrator', '*']), action)).toBe(true);
  }
});

test('without any grant nothing is allowed', () => {
  for (const action of actions) expect(may(holder(), action, 'CBD-TRAFFIC-01')).toBe(false);
});

test('in the open mode everyone does everything but manage accounts, which there are none of', () => {
  for (const action of zoneActions) expect(may(anyone, action, 'CBD-TRAFFIC-01')).toBe(true);
  for (const action of ['people:manage', 'keys:manage', 'sign-ins:manage'] as const) {
    expect(may(anyone, action)).toBe(false);
  }
});
