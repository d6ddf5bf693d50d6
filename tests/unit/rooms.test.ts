/** The rooms of the house: who may import whom (eslint.rooms.js), and no circles, those of types included. */
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import { ESLint } from 'eslint';
import typescript from 'typescript-eslint';
import { expect, test } from 'vitest';
import rooms from '../../eslint.rooms.js';
import { projectFolder } from '../../server/config.ts';
import { circles, readImports } from '../support/imports.ts';

const lint = new ESLint({
  cwd: projectFolder,
  overrideConfigFile: true,
  overrideConfig: [
    {
      files: ['**/*.ts'],
      languageOptions: { parser: typescript.parser as object },
      plugins: { 'import-x': importX as object },
      settings: { 'import-x/resolver-next': [createNodeResolver()] },
    },
    ...rooms,
  ],
});

async function refusals(filePath: string, imported: string): Promise<string[]> {
  const [result] = await lint.lintText(`import type { It } from '${imported}';\n`, { filePath });
  return (result?.messages ?? []).map(({ message }) => message);
}

test.each([
  ['server/zones/new.ts', '../contract/zone.ts'],
  ['server/zones/new.ts', './zones.ts'],
  ['server/http/api/new.ts', '../caller.ts'],
  ['server/media/new.ts', 'mediasoup'],
  ['server/contract/new.ts', 'zod'],
  ['web/lib/wall/new.ts', '../../../server/contract/zone.ts'],
])('%s may import %s', async (file, imported) => {
  expect(await refusals(file, imported)).toEqual([]);
});

test.each([
  ['server/zones/new.ts', '../config.ts', 'server/zones may import'],
  ['server/zones/new.ts', '../store/store.ts', 'server/zones may import'],
  ['server/zones/new.ts', '../../tests/support/visitor.ts', 'server/zones may import'],
  ['server/zones/new.ts', 'node:fs', 'runs anywhere'],
  ['server/contract/new.ts', '../zones/zones.ts', 'may import nothing of the project'],
  ['server/contract/new.ts', 'node:crypto', 'runs anywhere'],
  ['server/store/migrations/new.ts', '../../access/access.ts', 'server/store may import'],
  ['server/signaling/new.ts', '../store/store.ts', 'server/signaling may import'],
  ['server/signaling/new.ts', 'mediasoup', 'Only server/media'],
  ['server/signaling/new.ts', 'mediasoup/types', 'Only server/media'],
  ['web/lib/wall/new.ts', '../../../server/config.ts', 'web may import'],
  ['web/lib/wall/new.ts', 'mediasoup-client', 'Only web/lib/session'],
  ['web/lib/ui/new.ts', '../session/status.ts', 'web/lib/ui may import'],
])('%s may not import %s', async (file, imported, reason) => {
  expect(await refusals(file, imported)).toEqual([expect.stringContaining(reason)]);
});

test('nothing is imported in a circle', () => {
  const all = readImports(['server', 'web', 'deployment/setup', 'tests']);
  expect(all.size).toBeGreaterThan(100);
  expect(circles(all).map((way) => way.join(' → '))).toEqual([]);
});
