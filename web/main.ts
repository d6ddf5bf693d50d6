/** The page's entry: first its language, since all modules of the app read their words as they load. */
import { speakOwnLanguage } from './lib/language/choice.ts';

const target = document.getElementById('console');
if (!target) throw new Error('the page has no element for the console');

/** No top-level await: the app's modules take their words from this one's chunk, and would wait for it. */
async function begin(target: HTMLElement): Promise<void> {
  await speakOwnLanguage();
  const { show } = await import('./console.ts');
  await show(target);
}
void begin(target);
