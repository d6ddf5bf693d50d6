/** axe's rules for WCAG 2.2 AA, run in a page. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The serious faults of the page as it stands, wide and narrow. */
export async function faults(page: Page): Promise<string[]> {
  const found: string[] = [];
  // The content security policy refuses a script element; what the test evaluates is no part of the page.
  await page.evaluate(axe);
  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    await page.setViewportSize(viewport);
    const results = await page.evaluate(() => {
      const { axe } = globalThis as unknown as {
        axe: { run(root: Document, options: RunOptions): Promise<AxeResults> };
      };
      return axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      });
    });
    for (const { impact, id, nodes } of results.violations) {
      if (impact !== 'serious' && impact !== 'critical') continue;
      found.push(`${id} at ${viewport.width}: ${nodes.map(({ html }) => html).join(' ')}`);
    }
  }
  return found;
}
