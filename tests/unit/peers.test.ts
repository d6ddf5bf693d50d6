/** The test clients' own RTP and RTCP: a wrong one would make other tests pass for nothing. */
import { tmpdir } from 'node:os';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  clipBitrate,
  keyFrames,
  loadClip,
  saveClip,
  syntheticClip,
} from '../support/peers/clip.ts';
import { ReceivedStream } from '../support/peers/received.ts';
import { writeNtp } from '../../gateway/upload/rtp.ts';
import { keyFrameRequests } from '../../gateway/upload/rtcp.ts';
import {
  findExtension,
  parseRtp,
  pictureLossIndication,
  readNtp,
  receiverReport,
  rtpHeaderLength,
  writeRtp,
} from '../support/peers/rtp.ts';
import { parseVp8 } from '../support/peers/vp8.ts';

const header = { marker: true, payloadType: 96, sequence: 7, timestamp: 90_000, ssrc: 42 };

test('an RTP header is read as it was written, with its time of capture', () => {
  const packet = Buffer.alloc(rtpHeaderLength + 10);
  writeRtp(packet, header, { extension: 10, at: 1_700_000_000_123 });
  expect(parseRtp(packet)).toEqual({ ...header, payloadAt: rtpHeaderLength });
  expect(readNtp(packet, findExtension(packet, 10) ?? 0)).toBeCloseTo(1_700_000_000_123, 0);
  expect(findExtension(packet, 3)).toBeUndefined();
});

test('times survive NTP to less than a microsecond', () => {
  const buffer = Buffer.alloc(8);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 2e12, noNaN: true }), (time) => {
      writeNtp(buffer, 0, time);
      expect(Math.abs(readNtp(buffer, 0) - time)).toBeLessThan(0.001);
    }),
  );
});

test('requests for key frames are found in compound packets', () => {
  const fir = Buffer.alloc(20);
  fir.writeUInt32BE(0x84ce0004, 0); // format 4, payload-specific feedback, five words
  fir.writeUInt32BE(2, 12);
  const report = receiverReport([{ ssrc: 9, fractionLost: 0, lost: 0, highestSequence: 1 }]);
  expect(keyFrameRequests(Buffer.concat([report, pictureLossIndication(5), fir]))).toEqual([5, 2]);
  expect(keyFrameRequests(report)).toEqual([]);
});

test('bytes of any kind are parsed without an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const packet = Buffer.from(bytes);
      parseVp8(packet, 0);
      keyFrameRequests(packet);
      const rtp = parseRtp(packet);
      if (rtp) expect(rtp.payloadAt).toBeLessThanOrEqual(packet.length);
    }),
  );
});

test('losses are the gaps in the sequence, over its wrap', () => {
  const stream = new ReceivedStream(42);
  const packet = Buffer.alloc(20);
  for (const sequence of [65_533, 65_534, 1, 0, 4]) {
    stream.take({ ...header, sequence, payloadAt: 12 }, packet);
  }
  expect(stream).toMatchObject({ packets: 5, lost: 3 });
  expect(stream.report()).toMatchObject({ lost: 3, fractionLost: 3 / 8, highestSequence: 65_540 });
});

test('a synthetic clip has the bit rate and the key frame that it says, and survives its file', () => {
  const clip = syntheticClip([{ width: 640, height: 360, bitrate: 600_000 }]);
  const [layer] = clip.layers;
  if (!layer) throw new Error('one layer was asked for');
  expect(clipBitrate(clip, layer)).toBeCloseTo(600_000, -3);
  expect(keyFrames(layer)).toBe(1);
  expect(parseVp8(layer.frames[0]?.[0] ?? Buffer.alloc(0), 0)).toMatchObject({
    width: 640,
    height: 360,
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-clip-'));
  try {
    saveClip(path.join(folder, 'clip'), clip);
    expect(loadClip(path.join(folder, 'clip'))).toEqual(clip);
    expect(loadClip(path.join(folder, 'none'))).toBeUndefined();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
