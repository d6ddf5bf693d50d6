import type { Texts } from '../texts.ts';

/** Wie die Seiten aussehen. */
export const look: Texts['look'] = {
  title: 'Darstellung',
  theme: 'Farben',
  themes: { dark: 'Dunkel (Vorgabe)', light: 'Hell', system: 'Wie das System' },
  told: 'Gilt in diesem Browser. Bilder behalten dunklen Grund. „Wie das System“ lässt Videowände dunkel.',
};
