/** A whole run as one page, with nothing from any network. */
import { goalMet, type Figure, type Report, type Result } from '../benchmark.ts';
import { escapeHtml, svg } from './plot.ts';
import { goalText, number } from './table.ts';

const style = `
  :root { color-scheme: light dark; }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 2rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
  th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8884; vertical-align: top; }
  td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; }
  dd { margin: 0; overflow-wrap: anywhere; }
  svg { max-width: 640px; width: 100%; font: 12px system-ui, sans-serif; fill: currentColor; }
  svg .grid { stroke: #8884; } svg .title { font-weight: 600; }
  .met { color: #2a8a4a; } .missed { color: #c9302c; }
`;

export function page({ setting, results }: Report): string {
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>Benchmarks, ${escapeHtml(setting.date)}</title><style>${style}</style></head><body>`,
    '<h1>Smart City WebRTC Surveillance: benchmarks</h1>',
    definitions(Object.entries(setting).map(([name, value]) => [name, `${value}`])),
    ...results.map(section),
    '</body></html>',
  ].join('\n');
}

function section(result: Result): string {
  return [
    `<h2 id="${escapeHtml(result.name)}">${escapeHtml(result.name)}</h2>`,
    `<p>${escapeHtml(result.question)} <small>(${result.mode} mode, ${result.took.toFixed(0)} s)</small></p>`,
    definitions(Object.entries(result.conditions)),
    '<table><thead><tr><th>Figure<th>Value<th>p95<th>Worst<th>Unit<th>Goal<th>How</tr></thead><tbody>',
    ...result.figures.map(row),
    '</tbody></table>',
    ...result.plots.map(svg),
  ].join('\n');
}

function row(figure: Figure): string {
  const optional = (value: number | undefined): string =>
    value === undefined ? '' : number(value);
  const met = goalMet(figure);
  const goal =
    met === undefined
      ? ''
      : `<span class="${met ? 'met' : 'missed'}">${goalText(figure)} ${met ? '✓' : '✗'}</span>`;
  return [
    `<tr><td>${escapeHtml(figure.what)}`,
    `<td class="number">${number(figure.value)}`,
    `<td class="number">${optional(figure.p95)}`,
    `<td class="number">${optional(figure.worst)}`,
    `<td>${escapeHtml(figure.unit)}<td>${goal}<td>${escapeHtml(figure.how)}</tr>`,
  ].join('');
}

function definitions(entries: [string, string][]): string {
  const items = entries.map(([name, value]) => `<dt>${escapeHtml(name)}<dd>${escapeHtml(value)}`);
  return `<dl>${items.join('')}</dl>`;
}
