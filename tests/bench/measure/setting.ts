/** What machine and which programs a run was made with. */
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, release } from 'node:os';
import { projectFolder } from '../../../server/config.ts';
import type { Setting } from '../benchmark.ts';

export function currentSetting(): Setting {
  return {
    date: new Date().toISOString(),
    commit: output('git', ['-C', projectFolder, 'describe', '--always', '--dirty']),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    kernel: release(),
    node: process.version,
    worker: process.env.MEDIASOUP_WORKER_ORIGIN ?? process.env.MEDIASOUP_WORKER_BIN ?? 'unknown',
    srtpLibrary: srtpLibrary(process.env.MEDIASOUP_WORKER_BIN ?? ''),
  };
}

/** Which cryptography a program's SRTP is done with, as far as its shared libraries tell. */
export function srtpLibrary(program: string): string {
  const libraries = output('ldd', [program]);
  const [, file] = /libsrtp2\.so\S* => (\S+)/.exec(libraries) ?? [];
  if (!file) return 'part of the program';
  return `${file}, ${output('ldd', [file]).includes('libnss3') ? 'NSS' : 'OpenSSL'}`;
}

function output(program: string, args: string[]): string {
  try {
    return execFileSync(program, args, { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return 'unknown';
  }
}
