/** What more a record of the audit tells, as a person reads it: `grants: operator CBD-*, wall *`. */
export function detailText(detail: Record<string, unknown> = {}): string {
  return Object.entries(detail)
    .map(([name, value]) => `${name}: ${text(value)}`)
    .join('; ');
}

function text(value: unknown): string {
  if (Array.isArray(value)) return value.map(text).join(', ') || 'none';
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.values(value).map(text).join(' ');
}
