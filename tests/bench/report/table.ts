/** A result as text for the terminal. */
import { goalMet, type Figure, type Result } from '../benchmark.ts';

export function number(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}

export function goalText({ goal }: Figure): string {
  if (!goal) return '';
  return 'atMost' in goal ? `≤ ${number(goal.atMost)}` : `≥ ${number(goal.atLeast)}`;
}

export function table(result: Result): string {
  const rows = result.figures.map((figure) => [
    figure.what,
    number(figure.value),
    figure.p95 === undefined ? '' : number(figure.p95),
    figure.worst === undefined ? '' : number(figure.worst),
    figure.unit,
    goalText(figure) && `${goalText(figure)} ${goalMet(figure) ? '✓' : '✗'}`,
    figure.how,
  ]);
  const head = ['figure', 'value', 'p95', 'worst', 'unit', 'goal', 'how'];
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: string[]): string =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column >= 1 && column <= 3 ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const conditions = Object.entries(result.conditions).map(([name, value]) => `${name}: ${value}`);
  return [
    `${result.name}: ${result.question} (${result.mode}, ${result.took.toFixed(0)} s)`,
    ...conditions.map((text) => `  ${text}`),
    `  ${line(head)}`,
    ...rows.map((row) => `  ${line(row)}`),
  ].join('\n');
}
