/** What happened to zones, cameras, gateways and nodes, as operators are told of it and answer it. */
import { z } from 'zod';
import { fittingLines } from './name.ts';
import { ZoneId } from './zone.ts';

export const happeningKinds = [
  /** Zones whose camera was there and is gone. */
  'zones-lost',
  /** Zones whose camera is there, and sends nothing of what is wanted. */
  'zones-stalled',
  'gateway-gone',
  'node-lost',
  /** Somebody tampers with a camera, as it says itself. */
  'camera-tampered',
  /** A person has ended the sessions of these cameras. */
  'zones-ended',
  /** A server hands its clients over, as for an upgrade. */
  'node-drains',
  /** Somebody has marked a moment of a zone, to be found again. */
  'bookmark',
] as const;
export const HappeningKind = z.enum(happeningKinds);
export type HappeningKind = z.infer<typeof HappeningKind>;

/** `notice` is what was meant to happen: nobody has to answer it. */
export const Severity = z.enum(['alarm', 'warning', 'notice']);
export type Severity = z.infer<typeof Severity>;

const severities: Record<HappeningKind, Severity> = {
  'zones-lost': 'alarm',
  'zones-stalled': 'warning',
  'gateway-gone': 'alarm',
  'node-lost': 'alarm',
  'camera-tampered': 'alarm',
  'zones-ended': 'notice',
  'node-drains': 'notice',
  bookmark: 'notice',
};
export const severityOf = (kind: HappeningKind): Severity => severities[kind];

export const happeningLimits = {
  /** Characters of a note. */
  note: 500,
  /** Zones of one happening; more begin another one. */
  zones: 500,
  /** Of one page, and of what a client is told at first. */
  page: 200,
  /** Acknowledged by one request. */
  acknowledged: 200,
  /** Bookmarks of one person that are kept: the oldest makes room for the next. */
  bookmarks: 200,
  /** Of those, what a client is told at first: trouble keeps its place. */
  firstBookmarks: 50,
  /** How old a moment may be that is marked, ms: that of a shift. */
  bookmarkAge: 12 * 3_600_000,
};

const Time = z.number().int();

/** A zone, for as long as the trouble was its own. */
export const AffectedZone = z.object({
  zone: z.string(),
  /** When it was lost last, ms since the epoch. */
  since: Time,
  /** When it came back after that; absent while it has not. */
  back: Time.optional(),
  /** How often it was lost. */
  times: z.number().int().positive(),
});
export type AffectedZone = z.infer<typeof AffectedZone>;

export const Happening = z.object({
  /** In the order of their beginnings. */
  id: z.string(),
  kind: HappeningKind,
  /** ms since the epoch */
  began: Time,
  /** When all of it was over; absent while it goes on. */
  ended: Time.optional(),
  /** The gateway or node. */
  subject: z.string().optional(),
  /** Those that whoever asks may see. */
  zones: z.array(AffectedZone),
  /** Of a bookmark: who has made it, and when; the moment itself is when it began. */
  marked: z.object({ by: z.string(), at: Time }).optional(),
  acknowledged: z.object({ by: z.string(), at: Time }).optional(),
  note: z.object({ text: z.string(), by: z.string(), at: Time }).optional(),
});
export type Happening = z.infer<typeof Happening>;

/** Whether somebody is still to look at it. */
export const isUnanswered = ({ kind, acknowledged }: Pick<Happening, 'kind' | 'acknowledged'>) =>
  severityOf(kind) !== 'notice' && acknowledged === undefined;
/** Whether it goes on, or somebody is still to look at it. */
export const isOpen = (happening: Pick<Happening, 'kind' | 'acknowledged' | 'ended'>): boolean =>
  severityOf(happening.kind) !== 'notice' &&
  (happening.ended === undefined || isUnanswered(happening));

export const isBookmark = ({ kind }: Pick<Happening, 'kind'>): boolean => kind === 'bookmark';

const Id = z.string().min(1).max(64);

export const HappeningQuery = z.object({
  /** Those before the one of this id; the newest come first. */
  before: Id.optional(),
  limit: z.coerce.number().int().min(1).max(happeningLimits.page).default(100),
});

export const HappeningPage = z.object({
  happenings: z.array(Happening),
  /** What to ask `before` next; absent on the last page. */
  next: z.string().optional(),
});
export type HappeningPage = z.infer<typeof HappeningPage>;

export const AcknowledgeHappenings = z.strictObject({
  ids: z.array(Id).min(1).max(happeningLimits.acknowledged),
});
const Note = z.string().max(happeningLimits.note).transform(fittingLines);

export const AnnotateHappening = z.strictObject({
  /** Empty to remove it. */
  note: Note,
});
export const AddBookmark = z.strictObject({
  zone: ZoneId,
  /** How long ago the marked picture was shown, ms: a page's own clock may be wrong. */
  ago: z.number().int().min(0).max(happeningLimits.bookmarkAge),
  note: Note.default(''),
});
export type AddBookmark = z.output<typeof AddBookmark>;
export const OfHappening = z.object({ id: Id });
