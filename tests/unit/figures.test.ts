/** Figures are computed from what browsers report, which may be missing or repeated. */
import { expect, test } from 'vitest';
import { reduceStats } from '../../web/lib/figures/reduce.ts';

function report(at: number, bytes: number, lost: number, packets: number) {
  const base = { timestamp: at };
  return [
    {
      ...base,
      id: 'v',
      type: 'inbound-rtp',
      kind: 'video',
      bytesReceived: bytes,
      packetsReceived: packets,
      packetsLost: lost,
      jitter: 0.004,
      framesDecoded: 10,
      framesPerSecond: 30,
      frameWidth: 1280,
      frameHeight: 720,
    },
    {
      ...base,
      id: 't',
      type: 'transport',
      selectedCandidatePairId: 'p',
      tlsVersion: 'FEFD',
      srtpCipher: 'AEAD_AES_256_GCM',
    },
    {
      ...base,
      id: 'p',
      type: 'candidate-pair',
      localCandidateId: 'l',
      currentRoundTripTime: 0.012,
    },
    {
      ...base,
      id: 'l',
      type: 'local-candidate',
      candidateType: 'relay',
      protocol: 'udp',
      relayProtocol: 'tcp',
    },
  ];
}

test('rates come from two readings, the connection from one', () => {
  const first = reduceStats(report(1000, 0, 0, 0), undefined);
  expect(first.figures).toMatchObject({
    icePath: 'relay tcp',
    encryption: 'DTLS 1.2 · AEAD_AES_256_GCM',
    rtt: 12,
    jitter: 4,
    resolution: '1280×720',
    frameRate: 30,
  });
  expect(first.figures.bitrate).toBeUndefined();
  expect(first.figures.loss).toBeUndefined();
  const second = reduceStats(report(2000, 125_000, 5, 95), first.reading);
  expect(second.figures.bitrate).toBe(1_000_000);
  expect(second.figures.loss).toBe(5);
});

test('without media there is nothing to show', () => {
  expect(reduceStats([], undefined).figures).toEqual({ layers: [] });
});
