/**
 * Runs a unit's start line as systemd would, as far as a machine without it allows: its user's rights and
 * no capability, a read-only system, private /tmp and no homes, its folders in place, its environment.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '../../server/config.ts';

/** The values of each key of a unit file; a key may come more than once. */
export function readUnit(text: string): (key: string) => string[] {
  const lines = text.split('\n').filter((line) => !line.startsWith('#') && line.includes('='));
  return (key) =>
    lines.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));
}

export interface UnitRun {
  readonly program: string;
  readonly args: string[];
  /** A folder that the unit may write to; the test's way in. */
  readonly folder: string;
}

/** @param environment beside what the unit says itself */
export function asUnit(
  unit: (key: string) => string[],
  environment: (folder: string) => Record<string, string>,
): UnitRun {
  const folder = mkdtempSync('/run/surveillance-unit-');
  chmodSync(folder, 0o777);
  const [home = ''] = unit('WorkingDirectory');
  const [start = ''] = unit('ExecStart');
  const state = unit('StateDirectory').flatMap((line) => line.split(' '));
  const binds = unit('BindPaths').map((line) => line.split(':'));
  const extra = Object.entries(environment(folder)).map(([name, value]) => `${name}=${value}`);
  const variables = [...unit('Environment'), ...extra].map(quote).join(' ');
  const user = execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }).trim();
  const script = [
    'set -e',
    `mount --bind ${quote(folder)} ${quote(folder)}`,
    'mount -t tmpfs tmpfs /opt',
    `mkdir -p ${home}`,
    `mount --bind ${quote(projectFolder)} ${home}`,
    `touch ${home}/dist/mediasoup-worker`,
    `mount --bind ${quote(process.env.MEDIASOUP_WORKER_BIN ?? '')} ${home}/dist/mediasoup-worker`,
    'mount -t tmpfs tmpfs /var/lib',
    ...state.map((name) => `mkdir -p /var/lib/${name} && chown ${user}:${user} /var/lib/${name}`),
    ...binds.map(([from, to]) => `mount --bind ${from} ${to}`),
    'mount -t tmpfs tmpfs /root && mount -t tmpfs tmpfs /home && mount -t tmpfs tmpfs /tmp',
    'chmod 1777 /tmp',
    'mount -o remount,bind,ro /',
    `mount -o remount,bind,ro ${home}`,
    `cd ${home}`,
    [
      `exec setpriv --reuid=${user} --regid=${user} --clear-groups --bounding-set=-all`,
      '--inh-caps=-all --no-new-privs env -i PATH=/usr/local/bin:/usr/bin:/bin',
      `${variables} strace -D -f -qq -o ${folder}/syscalls ${start}`,
    ].join(' '),
  ].join('\n');
  const file = path.join(folder, 'start.sh');
  writeFileSync(file, script);
  return { program: 'unshare', args: ['--mount', 'sh', file], folder };
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
