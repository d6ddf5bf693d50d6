/** Every colour has a name in web/theme.css: no component, style or page has one of its own. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../server/config.ts';

const web = path.join(projectFolder, 'web');
const home = 'theme.css';
/** Files that draw on a canvas, where no style reaches: they burn the same marks into each picture. */
const canvases = ['lib/privacy/watermark.ts'];

const literal =
  /(?<![&\w])#(?:[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})\b(?!\s*\()|\b(?:rgba?|hsla?|hwb|oklch|oklab|lab|lch)\(|:[^;{}'"]*\b(?:black|white|gr[ae]y|silver|red|green|blue|yellow|orange)\b[^;{}'"]*;/i;

/** What a file says to browsers of colours: its styles, or all of a script. */
function stylesOf(file: string): string {
  const text = readFileSync(path.join(web, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
  // Private members of classes look like colours: `#dead`, `#add`.
  if (file.endsWith('.ts')) return (text.match(/'[^'\n]*'|`[^`]*`/g) ?? []).join('\n');
  return text;
}
const theme = readFileSync(path.join(web, home), 'utf8');

/** The tokens that a rule of the theme declares. */
function tokens(selector: RegExp): Map<string, string> {
  const block = selector.exec(theme)?.[1] ?? '';
  return new Map(
    [...block.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );
}
const dark = tokens(/\.on-picture \{([^}]*)\}/);
const light = tokens(/\[data-theme='light'\] \{([^}]*)\}/);

/** Of what is written on a ground, as WCAG 2.2 counts it. */
function contrast(one: string, other: string): number {
  const luminance = (colour: string): number => {
    const [r = 0, g = 0, b = 0] = (colour.length === 4 ? colour.replace(/\w/g, '$&$&') : colour)
      .match(/[\da-f]{2}/gi)!
      .map((hex) => parseInt(hex, 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [dim, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (bright! + 0.05) / (dim! + 0.05);
}

test('no file but the theme has a colour of its own', () => {
  const files = readdirSync(web, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.(svelte|css|ts)$/.test(file) && file !== home && !canvases.includes(file),
  );
  expect(files.length).toBeGreaterThan(150);
  const found = files.flatMap((file) =>
    stylesOf(file)
      .split('\n')
      .filter((line) => literal.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(found).toEqual([]);
});

test('what is said to be allowed is used, and the rule finds what it is for', () => {
  for (const file of canvases) expect(stylesOf(file), file).toMatch(literal);
  for (const bad of ['color: #fff;', 'background: rgb(0 0 0 / 60%)', 'color: red;'])
    expect(bad).toMatch(literal);
  for (const good of ['{#each rows as row}', '&#8203;', 'color: var(--text);', '--white-space: 1;'])
    expect(good).not.toMatch(literal);
});

test('each colour that is used has a value, and the light theme has one for each of the dark', () => {
  const declared = new Set([...theme.matchAll(/(--[\w-]+):/g)].map(([, name]) => name));
  expect([...light.keys()]).toEqual([...dark.keys()].filter((name) => name !== '--on-primary'));
  // Sizes and places have variables, too; those of colours are told by where they are used.
  const files = readdirSync(web, { recursive: true, encoding: 'utf8' });
  const used = files
    .filter((file) => /\.(svelte|css)$/.test(file))
    .flatMap((file) => [
      ...stylesOf(file).matchAll(
        /(?:color|background|fill|stroke|border[\w-]*|shadow):[^;]*?var\((--[\w-]+)/g,
      ),
    ])
    .map(([, name]) => name);
  expect(new Set(used).size).toBeGreaterThan(15);
  expect(used.filter((name) => !declared.has(name))).toEqual([]);
});

test.each([
  ['dark', dark],
  ['light', new Map([...dark, ...light])],
])('the %s theme can be read', (_, values) => {
  const of = (name: string): string => values.get(`--${name}`)!;
  const words = ['text', 'quiet', 'accent', 'good', 'warn', 'bad'];
  for (const ground of ['ground', 'panel', 'control', 'control-hover', 'open', 'chosen', 'inset'])
    for (const word of words)
      expect(contrast(of(word), of(ground)), `${word} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  expect(contrast(of('warn'), of('warn-ground'))).toBeGreaterThanOrEqual(4.5);
  expect(contrast(of('placeholder'), of('control'))).toBeGreaterThanOrEqual(4.5);
  for (const ground of ['primary', 'primary-hover'])
    expect(contrast(of('on-primary'), of(ground))).toBeGreaterThanOrEqual(4.5);
  for (const ground of ['ground', 'panel', 'control'])
    expect(contrast(of('control-edge'), of(ground)), ground).toBeGreaterThanOrEqual(3);
});

test('what a browser frames the page with is the dark ground, until a theme is chosen', () => {
  const page = readFileSync(path.join(web, 'index.html'), 'utf8');
  expect(page).toContain(`<meta name="theme-color" content="${dark.get('--ground')}" />`);
});
