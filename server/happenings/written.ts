/** Happenings between memory and store. */
import { z } from 'zod';
import { Happening, HappeningKind } from '../contract/happening.ts';
import type { StoredHappening } from '../store/happening-repository.ts';
import type { HappeningRecord } from './record.ts';

/** A newer version may have written more. */
const Content = z.object({
  began: z.number(),
  subject: z.string().optional(),
  reach: z.array(z.string()),
  zones: z.array(
    z.tuple([
      z.string(),
      z.object({ since: z.number(), back: z.number().optional(), times: z.number() }),
    ]),
  ),
  subjectBack: z.number().optional(),
  ended: z.number().optional(),
  marked: Happening.shape.marked,
});

export function written(record: HappeningRecord, changedAt: number): StoredHappening {
  const { id, kind, version, acknowledged, note, zones, ...content } = record;
  return {
    ...{ id, kind, version, changedAt },
    content: JSON.stringify({ ...content, zones: [...zones] }),
    acknowledged: acknowledged ? JSON.stringify(acknowledged) : null,
    note: note ? JSON.stringify(note) : null,
  };
}

/** @returns undefined for one that only a later version understands */
export function read(stored: StoredHappening): HappeningRecord | undefined {
  const kind = HappeningKind.safeParse(stored.kind);
  const content = Content.safeParse(JSON.parse(stored.content));
  if (!kind.success || !content.success) return undefined;
  const { zones, ...rest } = content.data;
  return {
    ...{ id: stored.id, kind: kind.data, version: stored.version, ...rest, zones: new Map(zones) },
    acknowledged: answerOf(Happening.shape.acknowledged, stored.acknowledged),
    note: answerOf(Happening.shape.note, stored.note),
  };
}

function answerOf<T>(schema: z.ZodType<T>, text: string | null): T | undefined {
  const known = text === null ? undefined : schema.safeParse(JSON.parse(text));
  return known?.success ? known.data : undefined;
}
