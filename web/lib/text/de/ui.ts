/** The kit: fields, tables and what they say of themselves. */
import type { Texts } from '../texts.ts';

export const ui: Texts['ui'] = {
  copy: 'Kopieren',
  copied: 'Kopiert',
  copyByKeys: 'Drücken Sie Strg+C',
  keep: 'Behalten',
  show: 'Zeigen',
  hide: 'Verbergen',
  showField: (field: string) => `Zeigen: ${field}`,
  about: (action: string, thing: string) => `${action}: ${thing}`,
  sixDigits: 'sechs Ziffern',
  justNow: 'gerade eben',
  lengths: {
    hours: (count: number) => `${count} h`,
    minutes: (count: number) => `${count} min`,
    seconds: (count: number) => `${count} s`,
  },
  browserOn: (browser: string, system: string) => `${browser} auf ${system}`,
  unknownProgram: 'unbekanntes Programm',
};
