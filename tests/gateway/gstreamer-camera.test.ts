/** Debian's GStreamer as a camera: what comes of it is byte for byte what ffmpeg put into its file. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCompanion } from '../support/process.ts';
import { cameraClip, type CameraClip } from '../support/rtsp/clips.ts';
import { differences, steps, watchCamera } from '../support/rtsp/watched.ts';

const program = path.resolve(import.meta.dirname, '../support/rtsp/gstreamer.py');
const python = '/usr/bin/python3';
const isThere = (() => {
  try {
    execFileSync(python, ['-c', 'import gi; gi.require_version("GstRtspServer", "1.0")']);
    return true;
  } catch {
    return false;
  }
})();

let folder = '';
let clip: CameraClip;
let film = '';

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'gstreamer-camera-'));
  clip = await cameraClip('sub');
  film = path.join(folder, 'clip.mp4');
  const stream = path.join(folder, 'clip.h264');
  const code = Buffer.from([0, 0, 0, 1]);
  writeFileSync(
    stream,
    Buffer.concat(clip.pictures.flatMap(({ units }) => units.flatMap((unit) => [code, unit]))),
  );
  execFileSync('ffmpeg', [
    '-v',
    'error',
    '-r',
    `${clip.frameRate}`,
    '-i',
    stream,
    '-c',
    'copy',
    film,
  ]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const login = { user: 'admin', password: 'of a camera' };

test.skipIf(!isThere).each([
  ['TCP', [], 'tcp', {}],
  ['UDP', [], 'udp', {}],
  ['UDP with Digest', ['--user', login.user, login.password], 'udp', login],
  ['rtsps with Digest', ['--user', login.user, login.password, '--tls'], 'tcp', login],
] as const)('by %s', async (name, asked, transport, user) => {
  const isSecure = name.startsWith('rtsps');
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'camera' }], {
    keySize: 2048,
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  const pem = path.join(folder, 'camera.pem');
  writeFileSync(pem, `${cert}\n${key}`);
  const args = [program, film, ...asked, ...(isSecure ? [pem] : [])];
  const server = await startCompanion(python, args, (output) => output.includes('port '));
  const port = /port (\d+)/.exec(server.output())?.[1];
  const url = `${isSecure ? 'rtsps' : 'rtsp'}://127.0.0.1:${port}/main`;
  const watched = watchCamera(url, { ...user, transport, trust: { ca: cert } });
  try {
    await watched.count(60);
    expect(differences(watched.pictures, clip)).toEqual([]);
    expect(watched.facts.at(-1)).toMatchObject({ width: 320, height: 180, reorders: false });
    expect(
      steps(watched.pictures, clip).filter((step) => Math.abs(step - 1) > 0.06).length,
    ).toBeLessThan(2);
    expect(watched.torn).toBe(0);
    expect((await watched.ended()).code).toBe('closed');
  } finally {
    await watched.stop();
    await server.stop();
  }
});
