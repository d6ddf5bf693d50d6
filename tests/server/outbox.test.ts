/** What the media worker's outbox hands to the kernel, compiled and sent over loopback by itself. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect } from 'vitest';
import { projectFolder } from '../../server/config.ts';
import { testWith } from '../support/prerequisites.ts';

const test = testWith(['g++', 'pkg-config'], { libraries: ['libuv'] });
const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-outbox-'));
afterAll(() => rmSync(folder, { recursive: true }));

let program: string | undefined;
/** @param fault as in `tests/support/outbox.cpp` */
function send(fault: string) {
  program ??= compile();
  const output = execFileSync(program, [fault], { encoding: 'utf8' });
  return JSON.parse(output) as { sent: number; received: number; right: number; calls: number };
}

function compile(): string {
  const output = path.join(folder, 'outbox');
  const source = path.join(projectFolder, 'tests/support/outbox.cpp');
  const include = path.join(projectFolder, 'deployment/worker/include');
  const libuv = execFileSync('pkg-config', ['--cflags', '--libs', 'libuv'], { encoding: 'utf8' });
  execFileSync('g++', [
    ...['-std=c++20', '-O1', '-Wall', '-Wextra', '-Werror', '-fsanitize=address,undefined'],
    ...['-I', include, '-o', output, source, ...libuv.trim().split(/\s+/)],
    '-Wl,--wrap=sendmmsg,--wrap=uv_udp_try_send',
  ]);
  return output;
}

test('all datagrams come whole and in order, in far fewer calls than there are datagrams', () => {
  const { sent, received, right, calls } = send('none');
  expect({ received, right }).toEqual({ received: sent, right: sent });
  expect(sent).toBe(20_000);
  expect(calls).toBeLessThan(sent / 5);
});

test.for([
  ['the kernel has no room again and again', 'no-room'],
  ['the network card takes no segments', 'no-segments'],
  ['the socket is closed at once', 'closed'],
])('they do so too when %s', ([, fault]) => {
  const { sent, received, right } = send(fault ?? '');
  expect({ received, right }).toEqual({ received: sent, right: sent });
});
