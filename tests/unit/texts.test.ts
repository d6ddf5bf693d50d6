/** What the pages say stands in the catalogue: no component writes a sentence or a label of its own. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'svelte/compiler';
import { expect, test } from 'vitest';
import { projectFolder } from '../../server/config.ts';

/** Whose texts are in the catalogue. */
const rooms = ['web/lib/ui', 'web/lib/access', 'web/lib/administration', 'web/lib/privacy'];
const pages = ['Account', 'Administration', 'Enrol', 'SetUp', 'SignIn', 'ZoneNotice'];

/** What people see or hear of an element, and what components of the kit show. */
const seen = ['aria-label', 'title', 'alt', 'placeholder'];
const shown = [...seen, 'label', 'name', 'question', 'yes', 'hint'];
/** The same in every language: examples of identifiers, file formats, names of headers. */
const untranslated = /^(CSV|JSON Lines|Authorization: Bearer …|CBD-\*|CBD-TRAFFIC-01)$/;

interface Node {
  readonly type?: string;
  readonly name?: string;
  readonly data?: string;
}

function textsIn(file: string): string[] {
  const { fragment } = parse(readFileSync(path.join(projectFolder, file), 'utf8'), {
    modern: true,
  });
  const found: string[] = [];
  const visit = (node: unknown, attributes: readonly string[]): void => {
    if (Array.isArray(node)) return node.forEach((one) => visit(one, attributes));
    if (typeof node !== 'object' || node === null) return;
    const { type, name = '', data = '' } = node as Node;
    if (type === 'Attribute' && !attributes.includes(name)) return;
    if (type === 'Text' && /\p{L}{2}/u.test(data)) found.push(data.trim());
    const inside = type === 'Component' ? shown : type === 'RegularElement' ? seen : attributes;
    for (const value of Object.values(node)) visit(value, inside);
  };
  visit(fragment, []);
  return found.filter((text) => !untranslated.test(text));
}

const files = [
  ...rooms.flatMap((room) =>
    readdirSync(path.join(projectFolder, room))
      .filter((name) => name.endsWith('.svelte'))
      .map((name) => `${room}/${name}`),
  ),
  ...pages.map((name) => `web/pages/${name}.svelte`),
];

test.each(files)('%s says nothing that is not in the catalogue', (file) => {
  expect(textsIn(file)).toEqual([]);
});
