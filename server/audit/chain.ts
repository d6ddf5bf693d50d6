/**
 * The chain of the audit: how a record is tied to the one before it.
 *
 * content hash = SHA-256 of the content's JSON, in which a random salt keeps a purged record from being
 * guessed; hash = SHA-256 of the JSON of [hash before, number, at, kind, content hash]. So a record can
 * lose its content when its time is over, and the chain still holds.
 */
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { AuditEntry, type AuditRecord } from '../contract/audit.ts';
import type { Head, StoredRecord } from '../store/audit-repository.ts';
import { searchable } from '../store/names.ts';

/** What the first record follows. */
export const genesis: Head = { number: 0, hash: '0'.repeat(64) };

const Content = AuditEntry.omit({ kind: true }).extend({ salt: z.string() });
type Content = z.infer<typeof Content>;

/** The record of `entry` that follows `head`; `at` in ms since the epoch. */
export function seal(head: Head, entry: AuditEntry, at: number): StoredRecord {
  const { kind, action, actor, address, zone, detail } = entry;
  const salt = randomBytes(16).toString('base64url');
  const content: Content = { salt, action, actor, address, zone, detail };
  const text = JSON.stringify(content);
  const link = { number: head.number + 1, at, kind, contentHash: contentHash(text) };
  return { ...link, ...columnsOf(content), content: text, hash: linkHash(head.hash, link) };
}

/** What a record says; undefined once it is blank. */
export function readRecord(record: StoredRecord): AuditRecord | undefined {
  if (record.content === null) return undefined;
  const { action, actor, address, zone, detail } = Content.parse(JSON.parse(record.content));
  const { number, at, kind } = record;
  return { number, at, kind, action, actor, address, zone, detail };
}

/** What is wrong with a record that is to follow `previous`; undefined when nothing is. */
export function faultOf(previous: Head, record: StoredRecord): string | undefined {
  if (record.number !== previous.number + 1) return 'the records before it are missing';
  if (record.hash !== linkHash(previous.hash, record)) {
    return 'it does not follow from the record before it';
  }
  if (record.content === null) return sameColumns(record, blankColumns);
  if (record.contentHash !== contentHash(record.content)) return 'its content was changed';
  return sameColumns(record, columnsOf(Content.parse(JSON.parse(record.content))));
}

type Columns = Pick<StoredRecord, 'action' | 'actor' | 'zone'>;
const blankColumns: Columns = { action: null, actor: null, zone: null };

function sameColumns(record: StoredRecord, said: Columns): string | undefined {
  const same =
    said.action === record.action && said.actor === record.actor && said.zone === record.zone;
  return same ? undefined : 'what it is found by is not what it says';
}

function columnsOf({ action, actor, zone }: Content): Columns {
  return { action, actor: searchable(actor.name), zone: zone ?? null };
}

function contentHash(content: string): string {
  return sha256(content);
}

function linkHash(
  previous: string,
  { number, at, kind, contentHash }: Pick<StoredRecord, 'number' | 'at' | 'kind' | 'contentHash'>,
): string {
  return sha256(JSON.stringify([previous, number, at, kind, contentHash]));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
