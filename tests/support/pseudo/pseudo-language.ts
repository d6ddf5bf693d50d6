/** A browser that is given the pseudo-locale where it asks for the German chunk: the built console, as it is. */
import path from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { build } from 'vite';

/** The module of the pseudo-catalogue, to be sent to browsers. */
export async function pseudoModule(): Promise<string> {
  const entry = path.join(import.meta.dirname, 'catalogue.ts');
  const made = await build({
    ...{ configFile: false, logLevel: 'error' },
    build: { write: false, minify: false, lib: { entry, formats: ['es'], fileName: 'pseudo' } },
  });
  const [bundle] = [made].flat();
  if (!bundle || !('output' in bundle)) throw new Error('the pseudo-catalogue was not bundled');
  return bundle.output[0].code;
}

/** @param direction in which the console believes it is written */
export async function pseudoBrowser(
  browser: Browser,
  module: string,
  direction: 'ltr' | 'rtl',
): Promise<BrowserContext> {
  const context = await germanBrowser(browser);
  const body = `${module}\nde.site.direction = '${direction}';\n`;
  await context.route(/\/assets\/de-[^/]+\.js$/, (route) =>
    route.fulfill({ contentType: 'text/javascript', body }),
  );
  return context;
}

/** Whose person asks for German. */
export function germanBrowser(browser: Browser): Promise<BrowserContext> {
  return browser.newContext({
    ...{ ignoreHTTPSErrors: true, locale: 'de-DE', serviceWorkers: 'block' },
    viewport: { width: 1440, height: 900 },
  });
}
