/** Keeps a run in tests/bench/results: the figures as JSON, and a page to look at. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '../../../server/config.ts';
import type { Report } from '../benchmark.ts';
import { page } from './html.ts';

/**
 * @param keep whether its results take the place of those in `full.json`, which is kept with the project
 * @returns where the page is
 */
export function saveReport(report: Report, keep: boolean): string {
  const folder = path.join(projectFolder, 'tests/bench/results');
  mkdirSync(folder, { recursive: true });
  const name = report.setting.date.slice(0, 19).replaceAll(':', '-');
  write(path.join(folder, `${name}.json`), report);
  if (keep) {
    const kept = path.join(folder, 'full.json');
    const former = existsSync(kept) ? (JSON.parse(readFileSync(kept, 'utf8')) as Report) : report;
    write(kept, replaceResults(former, report));
  }
  const html = path.join(folder, `${name}.html`);
  writeFileSync(html, page(report));
  return html;
}

/** The newer results, and the former ones of benchmarks that were not run again. */
export function replaceResults(former: Report, newer: Report): Report {
  const again = new Set(newer.results.map(({ name }) => name));
  const results = [...former.results.filter(({ name }) => !again.has(name)), ...newer.results];
  return { ...newer, results: results.sort((a, b) => a.name.localeCompare(b.name)) };
}

function write(file: string, report: Report): void {
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}
