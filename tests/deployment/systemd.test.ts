/** The systemd unit: checked by systemd's own tools, and its start line run under its restrictions. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect } from 'vitest';
import { projectFolder } from '../../server/config.ts';
import { memoryArguments } from '../../server/own-gateway/memory.mjs';
import { asUnit, readUnit } from '../support/as-unit.ts';
import { Client, rtpCapabilities, tile } from '../support/client.ts';
import { testWith } from '../support/prerequisites.ts';
import { startCompanion, type Companion } from '../support/process.ts';
import { freePort } from '../support/server.ts';

const file = path.join(projectFolder, 'deployment/smartcity-surveillance.service');
const unit = readUnit(readFileSync(file, 'utf8'));
const analysed = testWith(['systemd-analyze']);
const run = testWith(['systemd-notify', 'systemd-analyze', 'socat', 'setpriv', 'strace'], {
  namespaces: true,
});
const companions: Companion[] = [];
afterEach(async () => {
  for (const companion of companions.splice(0).reverse()) await companion.stop();
});

function analyze(...args: string[]) {
  return spawnSync('systemd-analyze', ['--no-pager', ...args], { encoding: 'utf8' });
}

analysed('systemd finds nothing to complain of, and little exposure', () => {
  const verified = analyze('verify', '--man=no', file);
  expect(verified.stdout + verified.stderr).toBe('');
  expect(verified.status).toBe(0);
  // Of 10; what remains is what a media server is for: the network.
  const secured = analyze('security', '--offline=true', '--threshold=20', file);
  expect(secured.stdout).toMatch(/Overall exposure level .*: 1\.[0-3] OK/);
  expect(secured.status).toBe(0);
  // What it cannot weigh: no memory of the process is left on disk, and it takes no more than its share.
  expect(unit('LimitCORE')).toEqual(['0']);
  expect(unit('MemorySwapMax')).toEqual(['0']);
  for (const key of ['MemoryMax', 'TasksMax'])
    expect(unit(key)).toEqual([expect.stringMatching(/^\d+%?$/)]);
});

analysed('the unit of an edge gateway is as strict, and starts it with its file', () => {
  const gateway = path.join(projectFolder, 'deployment/gateway.service');
  const verified = analyze('verify', '--man=no', gateway);
  expect(verified.stdout + verified.stderr).toBe('');
  const secured = analyze('security', '--offline=true', '--threshold=20', gateway);
  expect(secured.stdout).toMatch(/Overall exposure level .*: 1\.[0-3] OK/);
  const of = readUnit(readFileSync(gateway, 'utf8'));
  expect(of('ExecStart')).toEqual([
    expect.stringContaining(` node ${memoryArguments.join(' ')} --import tsx `),
  ]);
  expect(of('ExecStart')).toEqual([
    expect.stringMatching(
      / gateway\/main\.ts --config \/etc\/smartcity-surveillance\/gateway\.yaml$/,
    ),
  ]);
  for (const key of ['LimitCORE', 'MemorySwapMax', 'User', 'UMask', 'SystemCallFilter']) {
    expect(of(key), key).toEqual(unit(key));
  }
});

run('its start line serves under its restrictions, and tells systemd how it does', async () => {
  const port = await freePort();
  const unitRun = asUnit(unit, (folder) => ({
    NOTIFY_SOCKET: `${folder}/notify`,
    WATCHDOG_USEC: '1500000',
    SURVEILLANCE_ACCESS_MODE: 'open',
    SURVEILLANCE_HTTP_HOST: '127.0.0.1',
    SURVEILLANCE_HTTP_PORT: `${port}`,
    SURVEILLANCE_MEDIA_PORT: '0',
    SURVEILLANCE_MEDIA_LISTEN: '127.0.0.1',
  }));
  try {
    const socket = `UNIX-RECV:${unitRun.folder}/notify,mode=0777`;
    const manager = await startCompanion('socat', ['-u', '-d', '-d', socket, 'STDOUT'], (output) =>
      output.includes('starting data transfer'),
    );
    companions.push(manager);
    const service = await startCompanion(unitRun.program, unitRun.args, () =>
      manager.output().includes('READY=1'),
    );
    companions.push(service);
    const client = new Client(`https://localhost:${port}`);
    const answer = await client.ask('watch', { tiles: [tile('UNIT-01')], rtpCapabilities });
    expect(answer.ok).toBe(true);
    // As it is seen from inside the unit.
    const state = `/proc/${service.process.pid}/root/var/lib/smartcity-surveillance`;
    expect(statSync(`${state}/data/surveillance.db`).mode & 0o777).toBe(0o600);
    await expect.poll(() => manager.output(), { timeout: 10_000 }).toContain('WATCHDOG=1');
    client.close();
    await service.stop();
    await expect.poll(() => manager.output(), { timeout: 5000 }).toContain('STOPPING=1');
    expect(service.output()).toContain('self-signed');
    expect(forbidden(readFileSync(`${unitRun.folder}/syscalls`, 'utf8'))).toEqual([]);
  } finally {
    await Promise.all(companions.splice(0).map((companion) => companion.stop()));
    rmSync(unitRun.folder, { recursive: true });
  }
});

/** System calls that succeeded although the unit's SystemCallFilter= would have refused them. */
function forbidden(trace: string): string[] {
  const used = new Set<string>();
  for (const [, name = ''] of trace.matchAll(/^\d+\s+(\w+)\(.*= (?!-1)/gm)) used.add(name);
  expect(used.size).toBeGreaterThan(30);
  const allowed = new Set<string>();
  for (const line of unit('SystemCallFilter')) {
    const denies = line.startsWith('~');
    for (const group of line.replace('~', '').split(' ')) {
      for (const name of expand(group)) {
        if (denies) allowed.delete(name);
        else allowed.add(name);
      }
    }
  }
  return [...used].filter((name) => !allowed.has(name));
}

function expand(group: string): string[] {
  if (!group.startsWith('@')) return [group];
  const { stdout } = analyze('syscall-filter', group);
  const names = stdout
    .split('\n')
    .slice(1)
    .map((line) => line.trim());
  return names.filter((line) => line !== '' && !line.startsWith('#')).flatMap(expand);
}
