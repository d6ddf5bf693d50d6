/** Whom a map is by, as plain text: archives say it in the HTML of their makers, which no page of ours shows as such. */
import { z } from 'zod';

const longest = 200; // characters
const Metadata = z.object({ attribution: z.string().optional().catch(undefined) });
const entities: Readonly<Record<string, string>> = {
  '&copy;': '©',
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': ' ',
};

/**
 * @param metadata of an archive, JSON
 * @returns an empty text where it does not say
 */
export function attributionIn(metadata: string): string {
  let content: unknown;
  try {
    content = JSON.parse(metadata);
  } catch {
    return '';
  }
  const { attribution = '' } = Metadata.safeParse(content).data ?? {};
  return attribution
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&#?\w+;/g, (entity) => entities[entity] ?? entity)
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, longest);
}
