/** What is wrong with a page in the pseudo-locale: texts of no catalogue, and what does not fit. */
import type { Page } from 'playwright-core';

export interface Findings {
  /** Words that no catalogue has said. */
  unknown: string[];
  /** What is cut off, or stands beside the page. */
  cut: string[];
}

/** @param data words that are of no language, as expressions: names of zones, people and products */
export function lookThrough(page: Page, data: RegExp[]): Promise<Findings> {
  return page.evaluate(
    findings,
    data.map(({ source }) => source),
  );
}

/** Runs in the page. */
function findings(data: string[]): Findings {
  const known = data.map((source) => new RegExp(source, 'gu'));
  const unknown = new Set<string>();
  const cut = new Set<string>();
  const say = (element: Element, text: string): string =>
    `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} “${text.slice(0, 60)}”`;

  const check = (element: Element, text: string): void => {
    let rest = text;
    // Texts may stand in texts.
    while (/\[[^[\]]*\]/.test(rest)) rest = rest.replace(/\[[^[\]]*\]/g, ' ');
    for (const expression of known) rest = rest.replace(expression, ' ');
    if (/\p{L}/u.test(rest)) unknown.add(say(element, text.trim()));
  };
  const isShown = (element: Element): boolean =>
    element.checkVisibility({ checkVisibilityCSS: true, opacityProperty: true });
  /** For screen readers alone. */
  const isClipped = (element: Element): boolean => {
    const { width, height } = element.getBoundingClientRect();
    return width <= 1 || height <= 1;
  };
  const scrolls = (element: Element | null): boolean => {
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const { overflowX } = getComputedStyle(at);
      if (overflowX === 'auto' || overflowX === 'scroll') return true;
      if (isClipped(at)) return true;
    }
    return false;
  };
  /** Letters that lie outside of what shows them. */
  const fits = (element: Element, node: Text): void => {
    const { overflowX, textOverflow, display } = getComputedStyle(element);
    const hides = overflowX === 'hidden' || overflowX === 'clip';
    if (hides && display !== 'inline' && textOverflow !== 'ellipsis')
      if (element.scrollWidth > element.clientWidth + 1) cut.add(say(element, node.data.trim()));
    const range = document.createRange();
    range.selectNodeContents(node);
    const { left, right } = range.getBoundingClientRect();
    if ((left < -1 || right > innerWidth + 1) && !scrolls(element) && textOverflow !== 'ellipsis')
      cut.add(`beside the page: ${say(element, node.data.trim())}`);
  };

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!element || ['SCRIPT', 'STYLE', 'TEXTAREA', 'NOSCRIPT', 'KBD'].includes(element.tagName))
      continue;
    const text = node as Text;
    if (!/\p{L}/u.test(text.data) || !isShown(element)) continue;
    check(element, text.data);
    if (element.tagName !== 'OPTION' && !isClipped(element)) fits(element, text);
  }
  for (const element of document.querySelectorAll('*')) {
    if (!isShown(element)) continue;
    for (const name of ['aria-label', 'aria-description', 'title', 'placeholder', 'alt']) {
      const value = element.getAttribute(name);
      if (value) check(element, value);
    }
    const isControl = element.matches(
      'button, input, select, textarea, summary, [role=tab], video',
    );
    const { left, right } = element.getBoundingClientRect();
    if (isControl && !scrolls(element) && (left < -1 || right > innerWidth + 1))
      cut.add(`beside the page: ${say(element, element.textContent)}`);
  }
  for (const dialog of document.querySelectorAll('dialog[open]'))
    if (dialog.scrollWidth > dialog.clientWidth + 1)
      cut.add(`wider than its dialog: ${say(dialog, dialog.textContent)}`);
  check(document.head, document.title);
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) cut.add(`the page is ${scrollWidth} px wide`);
  return { unknown: [...unknown], cut: [...cut] };
}
