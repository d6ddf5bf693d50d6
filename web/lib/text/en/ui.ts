/** The kit: fields, tables and what they say of themselves. */
export const ui = {
  copy: 'Copy',
  copied: 'Copied',
  copyByKeys: 'Press Ctrl+C',
  keep: 'Keep',
  show: 'Show',
  hide: 'Hide',
  showField: (field: string) => `Show: ${field}`,
  about: (action: string, thing: string) => `${action}: ${thing}`,
  sixDigits: 'six digits',
  justNow: 'just now',
  browserOn: (browser: string, system: string) => `${browser} on ${system}`,
  unknownProgram: 'unknown program',
};
