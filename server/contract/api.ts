/**
 * What browser and server say to each other over HTTP, under /api, in JSON. A refusal has a status of
 * 4xx or 5xx and the body `{error: {code, message}}`; see docs/protocol.md.
 */
import { z } from 'zod';
import { Grant, KeyRole, PersonGrant, Principal, ZonePattern } from './access.ts';
import { Doing } from './activity.ts';
import { longestName, Name } from './name.ts';
import { Masks, MasksOfPreset, PresetMasks, ZoneNotice } from './privacy.ts';
import { ZoneId } from './zone.ts';

export const Id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
/** ms since the epoch */
const Moment = z.number().int();
/** Characters; NIST asks for 15 where there is no second factor, OWASP for 12 and a list of common ones. */
export const shortestPassword = 12;
/** Only its size is limited here; server/access/passwords.ts says which are good enough. */
const Password = z.string().max(256);
const Code = z
  .string()
  .trim()
  .regex(/^\d{6}$/, 'A code has six digits');
/** As it is printed, or without its dashes. */
const RecoveryCode = z
  .string()
  .trim()
  .regex(
    /^[A-Za-z0-9](?:[\s-]?[A-Za-z0-9]){15}$/,
    'A code has six digits, a recovery code 16 letters and digits',
  );
/** Of the authenticator app, or on paper in its place. */
const SecondFactor = z.union([Code, RecoveryCode]);

export const Version = z.object({
  /** The server's, as the banner has it. */
  version: z.string(),
  /** Of the pages that it gives; a server of an earlier version says none. */
  build: z.string().default(''),
});

/** Who I am. */
export const Me = Principal.extend({
  /** Whether a code from an authenticator app is asked for. */
  twoFactor: z.boolean(),
  /** Whether there is a password here; people of a single sign-on have none. */
  password: z.boolean(),
  /** How many recovery codes are left; older servers do not say. */
  recoveryCodes: z.number().int().default(0),
});
export type Me = z.infer<typeof Me>;

export const SetUp = z.strictObject({ name: Name, password: Password });
/** The present password once more, and a code where there is a second factor. */
export const Reauthentication = z.strictObject({
  password: Password,
  code: SecondFactor.optional(),
});
export type Reauthentication = z.infer<typeof Reauthentication>;
/** A name is looked up here and not made, so one of earlier rules is good too. */
export const SignIn = Reauthentication.extend({
  name: z.string().trim().min(1).max(longestName),
  /** A password of one's own, in place of one that an administrator knows. */
  next: Password.optional(),
});
export const ChangePassword = z.strictObject({
  current: Password,
  code: SecondFactor.optional(),
  next: Password,
});
export const ConfirmTwoFactor = z.strictObject({ code: Code });
/** For the authenticator app: as a QR code and to type in. */
export const TwoFactorOffer = z.object({ uri: z.string(), secret: z.string() });
/** Told once, when they are made. */
export const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) });
/** The token of an enrolment link; it is good once. */
export const Enrol = z.strictObject({ token: z.string().max(128) });

export const Person = z.object({
  id: Id,
  name: z.string(),
  grants: z.array(Grant),
  disabled: z.boolean(),
  twoFactor: z.boolean(),
  /** Signs in elsewhere; name and grants come from there. */
  external: z.boolean(),
  createdAt: Moment,
  lastSignIn: Moment.nullable(),
  /** Whether there is a password here. */
  password: z.boolean().default(true),
  /** Until when their link is good by which they choose a password; absent where there is none. */
  invitedUntil: Moment.optional(),
});
export type Person = z.infer<typeof Person>;
/** A link by which somebody chooses a password, once; told only now. */
export const Invitation = z.object({ token: z.string(), expiresAt: Moment });
export type Invitation = z.infer<typeof Invitation>;
/** The page that takes the link; the token is behind #, so that no server's log sees it. */
export const invitationPath = (token: string) => `/invitation#${token}`;
const InvitationToken = z.string().max(128);
export const LookAtInvitation = z.strictObject({ token: InvitationToken });
/** Whom a link is for. */
export const Invited = z.object({ name: z.string() });
export const AcceptInvitation = z.strictObject({
  token: InvitationToken,
  password: Password,
  code: SecondFactor.optional(),
});
/** Somebody new, with the link for them where no password was given. */
export const AddedPerson = Person.extend({ invitation: Invitation.optional() });
export const AddPerson = z.strictObject({
  name: Name,
  /** Good for the first sign-in, which asks for another one. Without it there is a link in its place. */
  password: Password.optional(),
  grants: z.array(PersonGrant).max(32),
});
export const ChangePerson = z.strictObject({
  grants: z.array(PersonGrant).max(32).optional(),
  disabled: z.boolean().optional(),
  password: Password.optional(),
  /** Takes the second factor away, for someone who lost the device. */
  twoFactor: z.literal(false).optional(),
  /** Of whoever changes their own password or second factor this way. */
  proof: Reauthentication.optional(),
});

export const bitRateLimits = { least: 50_000, most: 1_000_000_000 }; // bit/s
/** Most that a camera may send, all layers and sound together, bit/s. */
const MaxBitrate = z.number().int().min(bitRateLimits.least).max(bitRateLimits.most);

export const Key = z.object({
  id: Id,
  name: z.string(),
  role: KeyRole,
  zones: z.string(),
  createdAt: Moment,
  lastUsed: Moment.nullable(),
  /** Absent where the zone or the configuration says it. */
  maxBitrate: MaxBitrate.optional(),
});
export type Key = z.infer<typeof Key>;
export const AddKey = z.strictObject({
  name: Name,
  role: KeyRole,
  zones: ZonePattern,
  maxBitrate: MaxBitrate.optional(),
});
/** The only time that the secret is told. */
export const NewKey = z.object({
  key: Key,
  /** `Authorization: Bearer SECRET` */
  secret: z.string(),
  enrolment: z.object({ token: z.string(), expiresAt: Moment }),
});
export type NewKey = z.infer<typeof NewKey>;
export const Enrolment = NewKey.shape.enrolment;
/** The page that takes an enrolment link; the token is behind #, so that no server's log sees it. */
export const enrolmentPath = (token: string) => `/enrol#${token}`;

/** A sign-in that is good now. */
export const ActiveSignIn = z.object({
  id: Id,
  actor: Principal.pick({ kind: true, id: true, name: true }),
  address: z.string(),
  /** The browser as it calls itself. */
  agent: z.string(),
  createdAt: Moment,
  lastSeen: Moment,
  expiresAt: Moment,
  /** Whether it is the one that asks. */
  current: z.boolean(),
  /** What it does now, over all its windows. */
  ...Doing.shape,
  /** Nodes that did not tell what it does there. */
  unknownAt: z.array(z.string()),
});
export type ActiveSignIn = z.infer<typeof ActiveSignIn>;

export const ManagedZone = z.object({
  id: z.string(),
  /** Listed even while nobody is in it. */
  listed: z.boolean(),
  /** Listed by the configuration file, so it cannot be taken off the list here. */
  configured: z.boolean(),
  /** The zone's own words, or null for those of the configuration. */
  notice: ZoneNotice.nullable(),
  masks: Masks,
  /** Absent where there are none. */
  presetMasks: PresetMasks.optional(),
  /** Absent where the key or the configuration says it. */
  maxBitrate: MaxBitrate.optional(),
});
export type ManagedZone = z.infer<typeof ManagedZone>;
export const ListZone = z.strictObject({ id: ZoneId });
export const ChangeZone = z.strictObject({
  notice: ZoneNotice.nullable().optional(),
  masks: Masks.optional(),
  /** Null: as the key or the configuration says. */
  maxBitrate: MaxBitrate.nullable().optional(),
});
/** All that is hidden of a zone, for whoever draws masks. */
export const MasksOfZone = z.object({ zone: z.string(), masks: Masks, presetMasks: PresetMasks });
export type MasksOfZone = z.infer<typeof MasksOfZone>;
/** Those of one preset; null where it is to have none of its own any more, so that the picture stays covered there. */
export const ChangePresetMasks = MasksOfPreset.omit({ preset: true }).extend({
  masks: Masks.nullable(),
});
/** What a zone's sign says. */
export const NoticeOf = z.object({ zone: z.string(), notice: ZoneNotice });

/** The nodes that are one service, and at which of them each zone's camera is. */
export const ClusterReport = z.object({
  nodes: z.array(
    z.object({
      name: z.string(),
      /** HOST:PORT for other nodes. */
      address: z.string(),
      version: z.string(),
      /** Share of the machine's processors that was used in the last minute, 0 to 1. */
      load: z.number(),
      /** How near it is to full, 1 is full; absent where that is not measured. */
      pressure: z.number().optional(),
      zones: z.number().int(),
      sessions: z.number().int(),
      /** Whether it takes no new sessions. */
      draining: z.boolean(),
    }),
  ),
  zones: z.array(z.object({ zone: z.string(), node: z.string() })),
  /** Where pictures cross: each zone at most once to each node. */
  pipes: z.array(z.object({ zone: z.string(), from: z.string(), to: z.string() })),
  /** Between which nodes nothing comes, although both live, and why. */
  unreachable: z.array(z.object({ from: z.string(), to: z.string(), reason: z.string() })),
  /** Nodes that did not answer in time: of them no pipes are known. */
  unanswered: z.array(z.string()),
});
export type ClusterReport = z.infer<typeof ClusterReport>;
