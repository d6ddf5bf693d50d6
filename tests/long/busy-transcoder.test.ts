/** A masked 1080p25 camera on a machine that is too busy for it: fewer pictures, and a delay that does not grow. */
import { spawn, type ChildProcess } from 'node:child_process';
import { cpus } from 'node:os';
import { afterEach, expect, test } from 'vitest';
import { findFfmpeg } from '../../gateway/transcoder/ffmpeg.ts';
import { Transcoding } from '../../gateway/transcoder/transcoding.ts';
import { PlayedClip } from '../support/coded-pictures.ts';
import { rectangle } from '../support/masks.ts';
import { cameraClip } from '../support/rtsp/clips.ts';

/** s, in three parts that are compared. */
const length = 30;
const loops: ChildProcess[] = [];

afterEach(() => {
  for (const loop of loops.splice(0)) loop.kill('SIGKILL');
});

/** Busy loops that end by themselves, should nobody end them. */
function load(count: number): void {
  const busy = `const until = Date.now() + ${(length + 10) * 1000}; while (Date.now() < until);`;
  for (let at = 0; at < count; at += 1) loops.push(spawn(process.execPath, ['-e', busy]));
}

const at = (values: number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? NaN;

test.each([0, 2, 4])(
  'beside %s busy loops a core',
  async (perCore) => {
    const clip = new PlayedClip(await cameraClip('fullHd'));
    const transcoding = new Transcoding(await findFfmpeg(), 'auto');
    transcoding.setMasks([rectangle]);
    const came: { after: number; delay: number }[] = [];
    const rates = new Set<number>();
    const begun = performance.now();
    load(perCore * cpus().length);
    const source = transcoding.around(clip.open)({
      facts: ({ sentOneIn = 1 }) => rates.add(sentOneIn),
      picture: ({ cameAt }) => {
        const now = performance.now();
        came.push({ after: now - begun, delay: now - cameAt });
      },
      ended: ({ detail }) => expect.unreachable(detail),
    });
    await new Promise((resolve) => setTimeout(resolve, length * 1000));
    await source.stop();
    const parts = [0, 1, 2].map((part) =>
      came.filter(({ after }) => Math.floor((after * 3) / (length * 1000)) === part),
    );
    const delays = parts.map((part) => part.map(({ delay }) => delay));
    const gaps = came
      .slice(50)
      .map(({ after }, index) => after - (came[index + 49]?.after ?? after));
    console.log(
      `${came.length} of ${clip.count} pictures, one in ${[...rates].sort().join(', ')}; ` +
        `delay p50 ${delays.map((part) => at(part, 0.5).toFixed(0)).join(', ')} ms, ` +
        `p95 ${delays.map((part) => at(part, 0.95).toFixed(0)).join(', ')} ms; ` +
        `longest without a picture ${Math.max(...gaps).toFixed(0)} ms`,
    );
    expect(delays.every((part) => part.length > 10)).toBe(true);
    // It has settled after the first part.
    expect(at(delays[2] ?? [], 0.5)).toBeLessThan(Math.max(500, 1.5 * at(delays[1] ?? [], 0.5)));
    expect(at(delays[2] ?? [], 0.95)).toBeLessThan(2000);
  },
  60_000,
);
