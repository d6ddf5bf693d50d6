/** Upstream's own build of the media worker, for whoever chooses it (`media.worker: official`). */
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageFolder } from './worker-build.ts';
import { run } from './process.ts';
import { SetupError, step } from './progress.ts';

const probeTimeout = 4000; // ms
const downloadTimeout = 120_000; // ms

interface Package {
  readonly version: string;
  readonly repository: { readonly url: string };
  readonly scripts: Readonly<Record<string, string>>;
}

export function readPackage(): Package {
  return JSON.parse(readFileSync(path.join(packageFolder, 'package.json'), 'utf8')) as Package;
}

/**
 * @param output where to put the program
 * @throws SetupError where it cannot be had from here
 */
export async function download(output: string): Promise<void> {
  const { version, repository, scripts } = readPackage();
  const releases = repository.url.replace(/^git\+/, '').replace(/\.git$/, '/releases');
  const missing = new SetupError(
    `media.worker is \`official\`, and ${releases} cannot be reached: set SURVEILLANCE_MEDIA_WORKER to auto, which builds a worker here, or name a program in MEDIASOUP_WORKER_BIN.`,
  );
  try {
    await fetch(releases, { method: 'HEAD', signal: AbortSignal.timeout(probeTimeout) });
  } catch {
    throw missing;
  }
  await step(`media worker: downloading the official one, mediasoup ${version}`, async () => {
    const [, script = 'npm-scripts.mjs', ...args] = (scripts.postinstall ?? '').split(' ');
    const downloaded = path.join(packageFolder, 'worker/out/Release/mediasoup-worker');
    // With PYTHON=false the package's script gives up after the download, instead of building.
    const env = {
      ...process.env,
      PYTHON: 'false',
      MEDIASOUP_FORCE_WORKER_PREBUILT_DOWNLOAD: 'true',
    };
    await run(process.execPath, [script, ...args], {
      cwd: packageFolder,
      env,
      timeout: downloadTimeout,
    });
    if (!existsSync(downloaded)) throw missing;
    copyFileSync(downloaded, output);
  });
}
