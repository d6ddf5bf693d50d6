/** The audit's records: who did what, to which zone, from where and when. */
import { z } from 'zod';
import { ActorKind } from './access.ts';

/** What a record is about; how long it is kept is set per kind. */
export const auditKinds = [
  /** Who watched which zone, from when to when. */
  'watching',
  /** Which camera filmed which zone, from when to when. */
  'filming',
  /** Who steered which camera, from when to when, and to which presets. */
  'steering',
  'snapshot',
  /** Signing in and out, and attempts that failed. */
  'sign-in',
  /** Changes to people, keys, zones, masks and notices. */
  'change',
  /** What the service did by itself, as the purge of old records. */
  'service',
] as const;
export const AuditKind = z.enum(auditKinds);
export type AuditKind = z.infer<typeof AuditKind>;

export const Actor = z.object({
  kind: z.enum([...ActorKind.options, 'service']),
  id: z.string(),
  name: z.string(),
});
export type Actor = z.infer<typeof Actor>;

/** What is to be recorded; the audit adds number and time. */
export const AuditEntry = z.object({
  kind: AuditKind,
  /** A verb in the past: `began`, `ended`, `failed`, `person-added`. */
  action: z.string().max(64),
  actor: Actor,
  /** The client's IP address; empty for the service itself. */
  address: z.string(),
  zone: z.string().optional(),
  /** More about it; never a secret. */
  detail: z.record(z.string(), z.unknown()).optional(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditRecord = AuditEntry.extend({
  number: z.number().int().positive(),
  /** ms since the epoch */
  at: z.number().int(),
});
export type AuditRecord = z.infer<typeof AuditRecord>;

/** A time as ISO 8601 or ms since the epoch. */
const Time = z.union([
  z.coerce.number().int(),
  z.iso.datetime({ offset: true }).transform(Date.parse),
]);

export const AuditFilter = z.object({
  kind: AuditKind.optional(),
  /** Part of a name, in any case. */
  actor: z.string().max(64).optional(),
  /** A zone or a pattern with `*`. */
  zone: z.string().max(64).optional(),
  from: Time.optional(),
  to: Time.optional(),
});
export type AuditFilter = z.infer<typeof AuditFilter>;

export const AuditQuery = AuditFilter.extend({
  /** Records older than the one of this number; the newest come first. */
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type AuditQuery = z.infer<typeof AuditQuery>;

export const AuditExport = AuditFilter.extend({ format: z.enum(['csv', 'jsonl']) });
export type AuditExport = z.infer<typeof AuditExport>;

/** At which moment; now if not said. */
export const SightQuery = z.object({ at: Time.default(() => Date.now()) });
export type SightQuery = z.infer<typeof SightQuery>;

/** Whoever had a zone's picture at a moment, and from when to when. */
export const Sight = z.object({
  actor: Actor,
  address: z.string(),
  /** ms since the epoch */
  from: z.number(),
  /** Absent while it goes on. */
  to: z.number().optional(),
  /** Not live: stills were looked at, from then on for up to five minutes. */
  stills: z.literal(true).optional(),
});
export type Sight = z.infer<typeof Sight>;

export const Sights = z.object({
  /** The earliest first. */
  sights: z.array(Sight),
  /** Whether all records were looked through; else there may be more. */
  complete: z.boolean(),
  /** Records of who watched are kept from here on, ms since the epoch; absent where they are kept for ever. */
  keptSince: z.number().optional(),
});
export type Sights = z.infer<typeof Sights>;

export const AuditPage = z.object({
  records: z.array(AuditRecord),
  /** What to ask `before` next; absent on the last page. */
  next: z.number().int().optional(),
});
export type AuditPage = z.infer<typeof AuditPage>;
