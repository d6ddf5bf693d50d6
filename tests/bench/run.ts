/**
 * `npm run bench`: measures what a buyer would ask.
 *
 *     npm run bench -- [NAME …] [--full [--keep]] [--json] [--list]
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Benchmark, Figure, Plot, Report, Result } from './benchmark.ts';
import { currentSetting } from './measure/setting.ts';
import { Progress } from './progress.ts';
import { saveReport } from './report/files.ts';
import { table } from './report/table.ts';

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    full: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});

const suite = await loadSuite();
if (options.list) {
  for (const { name, question, note } of suite) {
    console.log(`${name.padEnd(10)} ${question}${note ? ` (${note})` : ''}`);
  }
  process.exit(0);
}
const unknown = names.find((name) => !suite.some((benchmark) => benchmark.name === name));
const mistake =
  unknown !== undefined
    ? `There is no benchmark ${unknown}: ${suite.map(({ name }) => name).join(', ')}.`
    : options.full && options.quick
      ? 'Choose one of --quick and --full.'
      : options.keep && !options.full
        ? '--keep is for what was measured with --full.'
        : undefined;
if (mistake) {
  console.error(mistake);
  process.exit(1);
}
const chosen = suite.filter(({ name, onlyByName }) =>
  names.length > 0 ? names.includes(name) : !onlyByName,
);
const progress = new Progress();
const report: Report = { setting: currentSetting(), results: [] };
let failed = false;
for (const benchmark of chosen) {
  try {
    const result = await measure(benchmark);
    report.results.push(result);
    progress.clear();
    if (!options.json) console.log(`${table(result)}\n`);
  } catch (error) {
    failed = true;
    progress.clear();
    console.error(`${benchmark.name} failed:`, error);
  }
}
const file = saveReport(report, options.keep);
if (options.json) console.log(JSON.stringify(report, null, 2));
else console.log(`Report: ${file}`);
process.exit(failed ? 1 : 0);

async function loadSuite(): Promise<Benchmark[]> {
  const folder = path.join(import.meta.dirname, 'suite');
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
  const modules = await Promise.all(
    files.map((file) => import(path.join(folder, file)) as Promise<{ default: Benchmark }>),
  );
  return modules.map((module) => module.default);
}

async function measure({ name, question, run }: Benchmark): Promise<Result> {
  const figures: Figure[] = [];
  const plots: Plot[] = [];
  const conditions: Record<string, string> = {};
  const date = new Date().toISOString();
  const begun = performance.now();
  await run({
    full: options.full,
    named: names.length > 0,
    progress: (what) => progress.say(`${name}: ${what}`),
    figure: (figure) => figures.push(figure),
    plot: (plot) => plots.push(plot),
    condition: (condition, value) => (conditions[condition] = value),
  });
  const took = (performance.now() - begun) / 1000;
  const mode = options.full ? 'full' : 'quick';
  const { commit } = report.setting;
  return { name, question, mode, date, commit, took, conditions, figures, plots };
}
