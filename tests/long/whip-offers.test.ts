/** Offers that nobody makes: whatever comes is taken or refused in words, soon, and nothing of it breaks the server. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CameraRtpParameters } from '../../server/contract/camera-media.ts';
import { RefusedError } from '../../server/contract/errors.ts';
import { cameraTracks } from '../../server/whip/camera-media.ts';
import { answerOf } from '../../server/whip/sdp/answer.ts';
import { largestDescription } from '../../server/whip/sdp/description.ts';
import { readFragment } from '../../server/whip/sdp/fragment.ts';
import { readOffer } from '../../server/whip/sdp/offer.ts';
import { able, offers, transport } from '../support/offers.ts';

const runs = 200_000;
/** For one offer, ms: it holds up everybody else. */
const longest = 250;

const lines = Object.values(offers).flatMap((sdp) => sdp.split('\r\n'));
/** What a line is broken by, or swapped for. */
const oddities = fc.oneof(
  fc.constantFrom('', ' ', ':', '=', ';', ',', '~', '*', '__proto__', '-1', '4294967296', '1e309'),
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(...lines),
  fc.integer({ min: 1, max: 3000 }).map((count) => 'a'.repeat(count)),
);
const change = fc.record({
  kind: fc.constantFrom('drop', 'repeat', 'swap', 'cut', 'insert', 'replace'),
  at: fc.nat(200),
  where: fc.nat(120),
  times: fc.nat(400),
  odd: oddities,
});
const offer = fc
  .tuple(
    fc.constantFrom(...Object.values(offers)),
    fc.array(change, { minLength: 1, maxLength: 6 }),
  )
  .map(([sdp, changes]) => changes.reduce(changed, sdp.split('\r\n')).join('\r\n'));

function changed(
  all: string[],
  {
    kind,
    at,
    where,
    times,
    odd,
  }: { kind: string; at: number; where: number; times: number; odd: string },
): string[] {
  const place = at % all.length;
  const line = all[place] ?? '';
  const put = (...some: string[]): string[] => [
    ...all.slice(0, place),
    ...some,
    ...all.slice(place + 1),
  ];
  if (kind === 'drop') return put();
  if (kind === 'repeat') return put(...Array.from({ length: times }, () => line));
  if (kind === 'swap') return put(odd);
  if (kind === 'cut') return put(line.slice(0, where % (line.length + 1)));
  if (kind === 'insert') return put(line, odd);
  const from = where % (line.length + 1);
  return put(line.slice(0, from) + odd + line.slice(from + odd.length));
}

test('an offer is taken or refused in words, within a moment', { timeout: 1_200_000 }, () => {
  const told = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(offer, (sdp) => {
      const text = sdp.slice(0, largestDescription);
      const began = performance.now();
      try {
        const read = readOffer(text);
        const tracks = cameraTracks(read, able);
        for (const { parameters } of tracks) CameraRtpParameters.parse(parameters);
        const taken = new Map(tracks.map((track) => [track.offered, track.taken]));
        const answer = answerOf({ offer: read, taken, transport, session: '1' });
        expect(answer.match(/^m=/gm)).toHaveLength(read.media.length);
        // No line of the offer becomes two of the answer.
        expect(
          answer
            .split('\r\n')
            .slice(0, -1)
            .every((line) => /^[a-z]=[^\r\n]+$/.test(line)),
        ).toBe(true);
        told.taken += 1;
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        expect(['invalid-request', 'unsupported-media']).toContain(error.code);
        expect(error.message.length).toBeLessThan(400);
        told.refused += 1;
      }
      expect(performance.now() - began).toBeLessThan(longest);
    }),
    { numRuns: runs },
  );
  // It has tried both.
  expect(told.taken).toBeGreaterThan(runs / 50);
  expect(told.refused).toBeGreaterThan(runs / 50);
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test('a fragment is read or refused', { timeout: 600_000 }, () => {
  fc.assert(
    fc.property(offer, (text) => {
      try {
        readFragment(text);
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        expect(error.code).toBe('invalid-request');
      }
    }),
    { numRuns: runs / 10 },
  );
});
