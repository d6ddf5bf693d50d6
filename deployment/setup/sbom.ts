/**
 * `npm run sbom`: the list of all that the product is made of (CycloneDX 1.5, JSON), for whoever looks for known faults
 * in it: the npm packages, as npm lists them, and the media worker with the libraries that it was built with.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '../../server/config.ts';
import { recipeFolder, type BuiltWith } from './worker-build.ts';
import { readPackage } from './worker-download.ts';

interface Component {
  readonly 'bom-ref': string;
  readonly type: 'application' | 'library';
  name: string;
  readonly version: string;
  readonly purl?: string;
  readonly [more: string]: unknown;
}

interface Dependency {
  readonly ref: string;
  readonly dependsOn: string[];
}

export interface Bill {
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: string;
  readonly metadata: { readonly component: Component };
  readonly components: Component[];
  readonly dependencies: Dependency[];
}

const file = path.join(projectFolder, 'dist/sbom.cdx.json');

/** @param worker the media worker's program */
export function writeBill(worker: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(billOf(worker), null, 2)}\n`);
  console.log(`✓ all that the product is made of: ${path.relative(projectFolder, file)}`);
}

export function billOf(worker: string): Bill {
  const bill = npmBill();
  const libraries = librariesOf(worker);
  const program = describeWorker(worker);
  const bundled = { name: 'libwebrtc', version: `as in mediasoup ${program.version}` };
  const parts: Component[] = [
    ...libraries.map(describeLibrary),
    { 'bom-ref': 'libwebrtc', type: 'library', ...bundled },
  ];
  const product = bill.metadata.component;
  product.name = 'smart-city-webrtc-surveillance'; // npm takes the folder's name.
  bill.components.push(program, ...parts);
  const own = bill.dependencies.find(({ ref }) => ref === product['bom-ref']);
  own?.dependsOn.push(program['bom-ref']);
  bill.dependencies.push(
    { ref: program['bom-ref'], dependsOn: parts.map((part) => part['bom-ref']) },
    ...parts.map((part) => ({ ref: part['bom-ref'], dependsOn: [] })),
  );
  return bill;
}

/** Without the packages of development. npm's own `--omit=dev` leaves out svelte too, which some of those build on. */
function npmBill(): Bill {
  const npm = process.env.npm_execpath;
  const [program = '', ...before] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application'];
  const options = { cwd: projectFolder, encoding: 'utf8', maxBuffer: 2 ** 26 } as const;
  const all = JSON.parse(execFileSync(program, [...before, ...args], options)) as Bill;
  const inProduction = productionPackages();
  const components = all.components.filter(({ name, version }) =>
    inProduction.has(`${name}@${version}`),
  );
  const kept = new Set([...components, all.metadata.component].map((each) => each['bom-ref']));
  const dependencies = all.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => kept.has(each)) }));
  return { ...all, components, dependencies };
}

/** As name@version, as the lock file has them. */
function productionPackages(): Set<string> {
  const lock = readFileSync(path.join(projectFolder, 'package-lock.json'), 'utf8');
  const { packages } = JSON.parse(lock) as {
    packages: Record<string, { version: string; dev?: boolean; devOptional?: boolean }>;
  };
  const entries = Object.entries(packages).filter(
    ([, { dev, devOptional }]) => !dev && !devOptional,
  );
  return new Set(
    entries.map(([place, { version }]) => `${place.split('node_modules/').at(-1)}@${version}`),
  );
}

function describeWorker(program: string): Component {
  const { version } = readPackage();
  const kind = path.basename(path.dirname(program));
  const patches = { plain: ['patches'], fast: ['patches', 'fast'] }[kind] ?? [];
  return {
    'bom-ref': 'mediasoup-worker',
    type: 'application',
    name: 'mediasoup-worker',
    version,
    hashes: [
      { alg: 'SHA-256', content: createHash('sha256').update(readFileSync(program)).digest('hex') },
    ],
    pedigree: {
      ancestors: [
        { type: 'library', name: 'mediasoup', version, purl: `pkg:npm/mediasoup@${version}` },
      ],
      patches: patches.flatMap((folder) =>
        readdirSync(path.join(recipeFolder, folder)).map((name) => ({
          type: 'unofficial',
          diff: { url: `deployment/worker/${folder}/${name}` },
        })),
      ),
    },
    properties: [{ name: 'surveillance:worker', value: kind }],
  };
}

/** What set-up says that it built the program with; nothing of one that it did not build. */
function librariesOf(program: string): BuiltWith[] {
  const told = path.join(path.dirname(program), '../built-with.json');
  return existsSync(told) ? (JSON.parse(readFileSync(told, 'utf8')) as BuiltWith[]) : [];
}

function describeLibrary({ name, version, linking }: BuiltWith): Component {
  const system = /^ID=(\w+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'debian';
  return {
    'bom-ref': `${name}@${version}`,
    type: 'library',
    name,
    version,
    purl: `pkg:deb/${system}/${name}@${encodeURIComponent(version)}?arch=source`,
    properties: [{ name: 'surveillance:linking', value: linking }],
  };
}
