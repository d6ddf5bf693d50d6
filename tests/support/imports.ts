/** Which file of the project imports which, types included, as the compiler reads them. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { projectFolder } from '../../server/config.ts';

export type Imports = ReadonlyMap<string, readonly string[]>;

const code = /\.(ts|mjs|js|svelte)$/;

/** @param folders of the project; paths in the answer are from its root */
export function readImports(folders: string[]): Imports {
  const files = folders.flatMap((folder) =>
    readdirSync(path.join(projectFolder, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => code.test(file))
      .map((file) => path.join(folder, file)),
  );
  return new Map(files.map((file) => [file, importsOf(file)]));
}

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(projectFolder, file), 'utf8');
  const scripts = file.endsWith('.svelte')
    ? [...text.matchAll(/<script[^>]*>([^]*?)<\/script>/g)].map(([, script = '']) => script)
    : [text];
  return scripts
    .flatMap((script) => ts.preProcessFile(script).importedFiles)
    .map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) => path.join(path.dirname(file), name));
}

/** @returns for each file that takes part in a circle, the shortest one from it back to it */
export function circles(imports: Imports): string[][] {
  const found: string[][] = [];
  for (const start of imports.keys()) {
    const cameFrom = new Map<string, string>();
    const queue = [start];
    for (const file of queue) {
      for (const next of imports.get(file) ?? []) {
        if (cameFrom.has(next)) continue;
        cameFrom.set(next, file);
        queue.push(next);
      }
    }
    if (cameFrom.has(start)) found.push(wayTo(start, cameFrom));
  }
  return found;
}

function wayTo(start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [start];
  do way.unshift(cameFrom.get(way[0] ?? '') ?? start);
  while (way[0] !== start);
  return way;
}
