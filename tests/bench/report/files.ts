/** Keeps a run in tests/bench/results: the figures as JSON, and a page to look at. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '../../../server/config.ts';
import type { Report } from '../benchmark.ts';
import { page } from './html.ts';

/**
 * @param keep whether this is a full run of all, to be kept with the project as `full.json`
 * @returns where the page is
 */
export function saveReport(report: Report, keep: boolean): string {
  const folder = path.join(projectFolder, 'tests/bench/results');
  mkdirSync(folder, { recursive: true });
  const name = report.setting.date.slice(0, 19).replaceAll(':', '-');
  const figures = `${JSON.stringify(report, null, 2)}\n`;
  writeFileSync(path.join(folder, `${name}.json`), figures);
  if (keep) writeFileSync(path.join(folder, 'full.json'), figures);
  const html = path.join(folder, `${name}.html`);
  writeFileSync(html, page(report));
  return html;
}
