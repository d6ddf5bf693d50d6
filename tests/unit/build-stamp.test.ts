/** The web app is built anew when anything changes that is in it, so that no old page is served. */
import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sources, stampOf } from '../../deployment/setup/web.ts';
import { projectFolder } from '../../server/config.ts';

const copy = mkdtempSync(path.join(tmpdir(), 'surveillance-stamp-'));
afterAll(() => rmSync(copy, { recursive: true }));

test('a policy that has changed makes another page, and so does each file that the page imports', () => {
  for (const source of sources) {
    cpSync(path.join(projectFolder, source), path.join(copy, source), { recursive: true });
  }
  let before = stampOf(copy);
  expect(stampOf(copy), 'nothing has changed').toBe(before);
  const imported = importsOfPage();
  expect(imported).toContain('server/contract/policy.ts');
  for (const file of imported) {
    appendFileSync(path.join(copy, file), '\n');
    const after = stampOf(copy);
    expect(after, file).not.toBe(before);
    before = after;
  }
});

/** The files outside of web/ that are in the page: what it imports, and what those import in turn. */
function importsOfPage(): string[] {
  const names = readdirSync(path.join(projectFolder, 'web'), { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => /\.(ts|svelte)$/.test(name)).map((name) => `web/${name}`);
  const outside = new Set<string>();
  for (let file = files.pop(); file !== undefined; file = files.pop()) {
    const text = readFileSync(path.join(projectFolder, file), 'utf8');
    for (const [, target = ''] of text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)) {
      const found = path.join(path.dirname(file), target);
      if (found.startsWith('web/') || outside.has(found)) continue;
      outside.add(found);
      files.push(found);
    }
  }
  return [...outside];
}
