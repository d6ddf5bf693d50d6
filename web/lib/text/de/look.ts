/** How the pages look. */
import type { Texts } from '../texts.ts';

export const look: Texts['look'] = {
  title: 'Aussehen',
  theme: 'Farben',
  themes: { dark: 'Dunkel (üblich)', light: 'Hell', system: 'Wie das System' },
  told: 'In diesem Browser gemerkt. Bilder bleiben auf dunklem Grund. „Wie das System“ lässt Wände dunkel.',
};
