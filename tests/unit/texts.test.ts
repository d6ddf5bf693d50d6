/** What the pages say stands in the catalogue: nothing else in web/ holds a sentence or a label of its own. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'svelte/compiler';
import { expect, test } from 'vitest';
import { projectFolder } from '../../server/config.ts';

/** What people see or hear of an element, and what components and their models show. */
const seen = [
  'aria-label',
  'aria-description',
  'aria-roledescription',
  'title',
  'alt',
  'placeholder',
];
const shown = [...seen, 'label', 'name', 'question', 'yes', 'hint', 'text', 'advice', 'message'];

/** The same in every language, or seen by nobody. */
const untranslated = [
  // Examples of identifiers, file formats, headers, browsers and systems.
  /^(CSV|JSON Lines|Authorization: Bearer …|CBD-\*|CBD-TRAFFIC-01)$/,
  /^(Edge|Opera|Firefox|Chrome|Safari|Android|Windows|ChromeOS|Linux|DTLS 1\.[0-3])$/,
  // Names that browsers, libraries and the contract give.
  /^(camera|Arrow(Left|Right|Up|Down)|Enter|Escape|Shift|PageUp|PageDown|Space|Tab|Delete|Backspace|(Shift\+)?(Arrow\w+)?|CaptureError|UnsupportedError)$/,
  /^(transport (close|error)|ping timeout|websocket error|io server disconnect|WAITING FOR CAMERA)$/,
  // Styles and selectors.
  /^\(prefers-color-scheme: light\)$/,
  /^(rgb\(.*\)|system-ui, .*|input, select, textarea.*)$/,
  // For developers alone.
  /^the page has no element for the console$/,
];

type Node = Record<string, unknown> & { type?: string };

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** The strings that an expression may turn into, its parts included. */
function results(node: unknown): string[] {
  if (!isNode(node)) return [];
  switch (node.type) {
    case 'Text':
      return [String(node.data)];
    case 'Literal':
      return typeof node.value === 'string' ? [node.value] : [];
    case 'TemplateElement':
      return [String((node.value as { cooked: string }).cooked)];
    case 'TemplateLiteral':
      return [node.quasis, node.expressions].flat().flatMap(results);
    case 'ConditionalExpression':
      return [node.consequent, node.alternate].flatMap(results);
    case 'LogicalExpression':
      return [node.left, node.right].flatMap(results);
    case 'BinaryExpression':
      return node.operator === '+' ? [node.left, node.right].flatMap(results) : [];
    case 'ExpressionTag':
      return results(node.expression);
    default:
      return Array.isArray(node) ? node.flatMap(results) : [];
  }
}

/** Whether it is written for people, wherever it stands: several words, or one that begins as names do. */
const isProse = (text: string): boolean =>
  /\p{L}{2,}[^\p{L}]*\s[^\p{L}]*\p{L}{2,}/u.test(text) || /^\p{Lu}\p{Ll}+/u.test(text);
/** Whether there is a word in it, where only people look. */
const hasWord = (text: string): boolean => /\p{L}{2}/u.test(text);

/** All words of a component or module, in its template and in its code. */
function wordsIn(source: string): string[] {
  const found: string[] = [];
  const look = (nodes: unknown, isSaid: (text: string) => boolean): void => {
    found.push(...results(nodes).filter(isSaid));
  };
  const visit = (node: unknown, parent?: Node): void => {
    if (Array.isArray(node)) return node.forEach((one) => visit(one, parent));
    if (!isNode(node)) return;
    const { type } = node;
    if (type?.startsWith('TS') && !('expression' in node)) return;
    if (type === 'ImportDeclaration' || type === 'ExportAllDeclaration' || type === 'Css') return;
    if (type === 'Text' && parent?.type === 'Fragment') look(node, hasWord);
    if (type === 'ExpressionTag' && parent?.type === 'Fragment') look(node, hasWord);
    if (type === 'Attribute') {
      const told = parent?.type === 'Component' ? shown : seen;
      if (told.includes(String(node.name))) look(node.value, hasWord);
      else if (!Array.isArray(node.value)) visit(node.value, node);
      return;
    }
    if (type === 'Property') {
      const { name, value: key } = node.key as Node;
      if (shown.includes(String(name ?? key))) look(node.value, hasWord);
      return visit(node.value, node);
    }
    if (type === 'BinaryExpression' && node.operator !== '+') return;
    if (type === 'SwitchCase') return visit(node.consequent, node);
    if (type === 'Literal' || type === 'TemplateElement') look(node, isProse);
    for (const [key, value] of Object.entries(node)) if (key !== 'css') visit(value, node);
  };
  visit(parse(source, { modern: true }));
  const unique = [...new Set(found.map((text) => text.trim()))];
  return unique.filter((text) => !untranslated.some((known) => known.test(text)));
}

const files = readdirSync(path.join(projectFolder, 'web'), { recursive: true, encoding: 'utf8' })
  // The first is the catalogue; what builds the app is read by developers.
  .filter((name) => !/^(lib\/text|build)\//.test(name))
  .map((name) => `web/${name}`);
const read = (file: string): string => readFileSync(path.join(projectFolder, file), 'utf8');

test.each(files.filter((file) => /\.(svelte|ts)$/.test(file)))(
  '%s says nothing that is not in the catalogue',
  (file) => {
    const source = read(file);
    const component = file.endsWith('.ts') ? `<script module lang="ts">${source}</script>` : source;
    expect(wordsIn(component)).toEqual([]);
  },
);

test('neither styles nor the first page say anything', () => {
  for (const file of files.filter((name) => /\.(svelte|css)$/.test(name))) {
    expect(read(file), file).not.toMatch(/\bcontent:\s*['"][^'"]*\p{L}{2}/u);
  }
  const { body } = /(?<body><html.*<\/html>)/s.exec(read('web/index.html'))?.groups ?? {};
  const text = body?.replace(/<!--.*?-->|<[^>]*>|\{\w+\}/gs, '');
  expect(text?.trim()).toBe('');
});

test.each([
  ['a text', '<p>Live zones</p>'],
  ['a text that is chosen', "<p>{on ? 'asleep' : rate}</p>"],
  ['a label', '<input aria-label="Zones" />'],
  ['a label that is composed', '<a aria-label={`Page ${number}`}>{text}</a>'],
  ['what a component is given', '<Confirm question={`end ${name}`} />'],
  ['a name in the code', "<script>const rows = [{ name: 'rate' }];</script>"],
  ['a word in the code', "<script>said = 'Copied';</script>"],
  ['a sentence in the code', "<script>throw new Error('There is no transport.');</script>"],
  ['a sentence that is composed in the code', '<script>const said = `${zone} is saved.`;</script>'],
])('%s beside the catalogue is found', (_, source) => {
  expect(wordsIn(source)).toHaveLength(1);
});
