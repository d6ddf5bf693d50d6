/** A plot as SVG, without any script. */
import type { Plot } from '../benchmark.ts';
import { number } from './table.ts';

const size = { width: 640, height: 320, left: 64, right: 16, top: 32, bottom: 72 }; // px
const colours = ['#2a6fdb', '#d1495b', '#3a9d5d', '#b8860b', '#7a4fbf', '#008b8b'];

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

export function svg(plot: Plot): string {
  const all = plot.lines.flatMap(({ points }) => points);
  const most = (index: 0 | 1): number => Math.max(1e-9, ...all.map((point) => point[index]));
  const xAxis = ticks(most(0));
  const yAxis = ticks(most(1));
  const x = (value: number): number =>
    size.left + ((size.width - size.left - size.right) * value) / (xAxis.at(-1) ?? 1);
  const y = (value: number): number =>
    size.height -
    size.bottom -
    ((size.height - size.top - size.bottom) * value) / (yAxis.at(-1) ?? 1);
  const grid = [
    ...yAxis.map(
      (value) =>
        `<path d="M${size.left} ${y(value)}H${size.width - size.right}" class="grid"/>` +
        `<text x="${size.left - 6}" y="${y(value) + 4}" text-anchor="end">${number(value)}</text>`,
    ),
    ...xAxis.map(
      (value) =>
        `<text x="${x(value)}" y="${size.height - size.bottom + 18}" text-anchor="middle">${number(value)}</text>`,
    ),
  ];
  const lines = plot.lines.map(({ name, points }, index) => {
    const colour = colours[index % colours.length];
    const path = points.map(([px, py]) => `${x(px).toFixed(1)},${y(py).toFixed(1)}`).join(' ');
    const dots = points.map(
      ([px, py]) =>
        `<circle cx="${x(px).toFixed(1)}" cy="${y(py).toFixed(1)}" r="2.5" fill="${colour}"/>`,
    );
    const legend = `<text x="${size.left + index * 150}" y="${size.height - 8}" fill="${colour}">● ${escapeHtml(name)}</text>`;
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}${legend}`;
  });
  return [
    `<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${escapeHtml(plot.title)}">`,
    `<text x="${size.left}" y="18" class="title">${escapeHtml(plot.title)}</text>`,
    ...grid,
    `<text x="${size.width / 2}" y="${size.height - 32}" text-anchor="middle">${escapeHtml(plot.x)}</text>`,
    `<text transform="translate(14 ${size.height / 2}) rotate(-90)" text-anchor="middle">${escapeHtml(plot.y)}</text>`,
    ...lines,
    '</svg>',
  ].join('\n');
}

/** Round values from 0 to at least the greatest one. */
function ticks(most: number): number[] {
  const rough = most / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step =
    [1, 2, 5, 10].map((factor) => factor * power).find((value) => value >= rough) ?? rough;
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
}
