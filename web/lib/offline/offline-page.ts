/** The page in place of one that the server could not be asked for: it goes on to that by itself. */
import '../../app.css';
import { ownLanguage } from '../language/first-words.ts';
import './offline.css';
import { offlineWords } from './words.ts';

const language = ownLanguage();
const said = offlineWords[language];
document.documentElement.lang = language;
document.title = said.offlineTitle;
for (const element of document.querySelectorAll<HTMLElement>('[data-words]')) {
  const name = element.dataset.words as keyof typeof said;
  element.textContent = said[name];
}

/** How often the server is asked, ms, and by how much that varies: walls of a building do not all come at once. */
const pause = 3000;
const spread = 2000;

const own = '/offline.html';

/** Whoever opened it by its own name has no other page to come back to. */
function comeBack(): void {
  if (location.pathname === own) location.replace('/');
  else location.reload();
}

async function answers(): Promise<boolean> {
  try {
    const asked = {
      method: 'HEAD',
      cache: 'no-store',
      signal: AbortSignal.timeout(pause),
    } as const;
    return (await fetch(own, asked)).ok;
  } catch {
    return false; // The network or the server is away: that is what is asked.
  }
}

async function look(): Promise<void> {
  if (await answers()) return comeBack();
  setTimeout(() => void look(), pause + Math.random() * spread);
}

document.querySelector('button')?.addEventListener('click', comeBack);
addEventListener('online', comeBack);
setTimeout(() => void look(), pause * Math.random());
