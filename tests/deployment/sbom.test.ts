/** The list of all that the product is made of. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { billOf } from '../../deployment/setup/sbom.ts';
import { projectFolder } from '../../server/config.ts';

const worker = process.env.MEDIASOUP_WORKER_BIN ?? '';

test('every package that runs in production is in it, and the media worker with what is linked into it', () => {
  const { bomFormat, specVersion, metadata, components, dependencies } = billOf(worker);
  expect({ bomFormat, specVersion }).toEqual({ bomFormat: 'CycloneDX', specVersion: '1.5' });
  const { dependencies: direct } = JSON.parse(
    readFileSync(path.join(projectFolder, 'package.json'), 'utf8'),
  ) as { dependencies: Record<string, string> };
  const names = components.map(({ name }) => name);
  for (const name of Object.keys(direct)) expect(names).toContain(name);
  expect(names).not.toContain('vitest');

  // Each has a reference of its own, and what others depend on is there.
  const refs = components.map((component) => component['bom-ref']);
  expect(new Set(refs).size).toBe(refs.length);
  const known = [...refs, metadata.component['bom-ref']];
  for (const { ref, dependsOn } of dependencies) {
    for (const each of [ref, ...dependsOn]) expect(known).toContain(each);
  }

  const builtWith = path.join(path.dirname(worker), '../built-with.json');
  const libraries = JSON.parse(readFileSync(builtWith, 'utf8')) as { name: string }[];
  expect(libraries.map(({ name }) => name)).toContain('libsrtp2');
  for (const { name } of libraries) {
    // Some have a namesake on npm.
    const found = components.filter(({ purl }) => purl?.startsWith('pkg:deb/'));
    expect(found.find((component) => component.name === name)?.version, name).toMatch(/^\d/);
  }
  const program = components.find(({ name }) => name === 'mediasoup-worker');
  expect(program?.pedigree).toMatchObject({ ancestors: [{ name: 'mediasoup' }] });
  expect(
    dependencies.find(({ ref }) => ref === metadata.component['bom-ref'])?.dependsOn,
  ).toContain('mediasoup-worker');
});
