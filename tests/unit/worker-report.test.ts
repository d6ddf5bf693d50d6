/** A worker that is not the chosen program must be found out at the start. */
import { version } from 'mediasoup';
import { expect, test } from 'vitest';
import { WorkerReport } from '../../server/media/worker-report.ts';

const reportOf = (parts: string, mediasoup = version) =>
  WorkerReport.parse(
    `surveillance worker mediasoup=${mediasoup} parts=${parts} libraries=libsrtp=2.5.0-3`,
  ) ?? WorkerReport.none;
const fast = reportOf('batches,fair-turns,aes-gcm,mends,offered-numbers,payload-types');
const plain = reportOf('mends,offered-numbers,payload-types');

test('what a worker reports tells which program it is', () => {
  expect(fast.kind).toBe('fast');
  expect(fast.lacks).toEqual({});
  expect(`${fast}`).toBe(
    `fast, mends, offered numbers, payload types, batches, fair turns, aes gcm, mediasoup ${version}, libsrtp 2.5.0-3`,
  );
  expect(plain.kind).toBe('plain');
  expect(WorkerReport.none.kind).toBe('official');
  expect(WorkerReport.none.lacks.mends).toMatch(/malformed packet .* can end it/);
  expect(WorkerReport.parse('surveillance dropped=1 transport=- reason=x')).toBeUndefined();
});

test('a processor without the instructions for AES-GCM has the fast one all the same, and says so', () => {
  const report = reportOf('batches,fair-turns,mends,offered-numbers,payload-types');
  expect(report.kind).toBe('fast');
  expect(report.troubleAs('fast')).toBeUndefined();
  expect(Object.keys(report.lacks)).toEqual(['aes-gcm']);
});

test('a part that is missing makes it another program, which is refused where one was chosen', () => {
  for (const parts of ['batches,fair-turns', 'mends,batches', 'mends,fair-turns', '']) {
    expect(reportOf(parts).troubleAs('fast'), parts).toMatch(/media\.worker is `fast`/);
  }
  expect(fast.troubleAs('plain')).toMatch(/the program is `fast`/);
  expect(plain.troubleAs('official')).toMatch(/the program is `plain`/);
  expect(WorkerReport.none.troubleAs('plain')).toMatch(/it reports no parts/);
  for (const report of [fast, plain, WorkerReport.none]) {
    expect(report.troubleAs('auto')).toBeUndefined();
    expect(report.troubleAs(report.kind)).toBeUndefined();
  }
});

test('a worker of another version of mediasoup than the server has is refused', () => {
  expect(reportOf('mends', '3.0.0').troubleAs('auto')).toMatch(/is of mediasoup 3\.0\.0/);
});
