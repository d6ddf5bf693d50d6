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
  /** How long something took, in hours, minutes and seconds. */
  lengths: {
    hours: (count: number) => `${count} h`,
    minutes: (count: number) => `${count} min`,
    seconds: (count: number) => `${count} s`,
  },
  browserOn: (browser: string, system: string) => `${browser} on ${system}`,
  unknownProgram: 'unknown program',
};
