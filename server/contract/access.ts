/** Roles, grants, and the actions that they allow; who may do what is decided in server/contract/policy.ts. */
import { z } from 'zod';

/**
 * A viewer is an operator who steers no camera; an installer sets cameras up in their zones, and has nothing to do
 * with people and keys. Keys are cameras and walls.
 */
export const personRoles = [
  'administrator',
  'supervisor',
  'operator',
  'viewer',
  'installer',
] as const;
export const keyRoles = ['camera', 'wall'] as const;
export const roles = [...personRoles, ...keyRoles] as const;
export const Role = z.enum(roles);
export type Role = z.infer<typeof Role>;
export const PersonRole = z.enum(personRoles);
export type PersonRole = z.infer<typeof PersonRole>;
export const KeyRole = z.enum(keyRoles);
export type KeyRole = z.infer<typeof KeyRole>;

/** A zone's identifier in which `*` stands for any run of characters, as in `CBD-*`; upper-cased here. */
export const ZonePattern = z
  .string()
  .max(64)
  .transform((text) => text.trim().toUpperCase())
  .pipe(
    z.string().regex(/^[A-Z0-9*-]{1,64}$/, 'A zone pattern is 1–64 letters, digits, dashes and *'),
  );
export type ZonePattern = string;

/** A role, and the zones in which it is held. */
export const Grant = z.strictObject({ role: Role, zones: ZonePattern });
export type Grant = z.infer<typeof Grant>;
export const PersonGrant = z.strictObject({ role: PersonRole, zones: ZonePattern });
export type PersonGrant = z.infer<typeof PersonGrant>;

/** What is done in one zone. */
export const zoneActions = [
  'zone:see',
  'zone:watch',
  'zone:snapshot',
  /** To turn its camera, and to keep presets. */
  'zone:steer',
  'zone:film',
  /** Its notice, and whether it is listed. */
  'zone:manage',
  /** Its privacy masks. */
  'zone:mask',
  'zone:audit',
] as const;
/** What concerns the whole installation. */
export const siteActions = [
  'people:manage',
  'keys:manage',
  'sign-ins:manage',
  /** Records of the audit that belong to no zone. */
  'site:audit',
  'cluster:see',
  /** Gateways, and the cameras that are set for them in the console. */
  'gateways:manage',
  /** Plans of the site, and where zones stand on them. */
  'plans:keep',
] as const;
/** What operators do among themselves, for whichever zones they hold a role: it lets nobody see more than before. */
export const deskActions = [
  /** To have views of one's own. */
  'views:keep',
  /** To share views by role, and to change and remove shared ones. */
  'views:share',
  /** To put a view or a zone on a screen that is open somewhere. */
  'screens:send',
] as const;
export type DeskAction = (typeof deskActions)[number];
export type ZoneAction = (typeof zoneActions)[number];
export type SiteAction = (typeof siteActions)[number];

/** `anyone` is everybody in the open mode, where there are no accounts. */
export const ActorKind = z.enum(['person', 'key', 'anyone']);
export type ActorKind = z.infer<typeof ActorKind>;

/** Who someone is to this server. */
export const Principal = z.object({
  kind: ActorKind,
  id: z.string(),
  name: z.string(),
  grants: z.array(Grant),
});
export type Principal = z.infer<typeof Principal>;
