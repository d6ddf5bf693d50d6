/** What people, keys and actors of the audit are called in a sentence or a table. */
import type { Role } from '../../../../server/contract/access.ts';
import type { Actor } from '../../../../server/contract/audit.ts';

export const roles = {
  administrator: 'administrator',
  supervisor: 'supervisor',
  operator: 'operator',
  viewer: 'viewer',
  installer: 'installer',
  camera: 'camera',
  wall: 'wall',
} satisfies Record<Role, string>;

export const actors = {
  person: 'person',
  key: 'key',
  anyone: 'anyone',
  service: 'service',
} satisfies Record<Actor['kind'], string>;
