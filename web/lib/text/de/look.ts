import type { offline as english } from '../en/look.ts';
import type { Texts } from '../texts.ts';

/** Wie die Seiten aussehen. */
export const look: Texts['look'] = {
  title: 'Darstellung',
  theme: 'Farben',
  themes: { dark: 'Dunkel (Vorgabe)', light: 'Hell', system: 'Wie das System' },
  told: 'Gilt in diesem Browser. Bilder behalten dunklen Grund. „Wie das System“ lässt Videowände dunkel.',
};

/** Die Seite anstelle einer, nach der der Server nicht gefragt werden konnte. */
export const offline: typeof english = {
  offlineTitle: 'Der Server ist nicht erreichbar',
  offlineWaits: 'Diese Seite kommt von selbst zurück, sobald der Server antwortet.',
  offlineNetwork:
    'Ist dieses Gerät im Netz? Prüfen Sie Kabel oder WLAN, und ob andere Seiten des Standorts sich öffnen.',
  offlineServer:
    'Erreichen ihn auch andere nicht, sagen Sie es denen, die den Server betreiben. An Kameras und Videowänden ist nichts zu tun.',
  offlineAgain: 'Jetzt versuchen',
};
