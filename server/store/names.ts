/**
 * A text as it is compared and searched: without regard to case, in any script. Made here, since the
 * databases do not agree on case. PostgreSQL takes neither NUL nor half a surrogate pair.
 */
export function searchable(text: string): string {
  const wellFormed = Buffer.from(text.normalize('NFKC')).toString();
  return wellFormed.toLowerCase().replaceAll('\0', '\uFFFD');
}
