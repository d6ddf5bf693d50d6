import type { types } from 'mediasoup';
import { expect, test } from 'vitest';
import { likeSource, takesKeyRequests } from '../../server/media/key-requests.ts';

const withFeedback = (...rtcpFeedback: types.RtcpFeedback[]) => ({
  codecs: [{ mimeType: 'video/H264', payloadType: 96, clockRate: 90_000, rtcpFeedback }],
});
const nack = { type: 'nack' };
const pli = { type: 'nack', parameter: 'pli' };
const fir = { type: 'ccm', parameter: 'fir' };

test('a sender that takes PLI or FIR makes key pictures when asked, and one that takes NACK alone does not', () => {
  expect(
    [[pli], [fir], [nack, pli], [nack], []].map((all) => takesKeyRequests(withFeedback(...all))),
  ).toEqual([true, true, true, false, false]);
  expect(
    takesKeyRequests({ codecs: [{ ...withFeedback().codecs[0]!, rtcpFeedback: undefined }] }),
  ).toBe(false);
});

test('what comes out of a pipe takes requests for key pictures where its camera does', () => {
  const piped = withFeedback(nack, pli, fir);
  expect(likeSource(piped, withFeedback(pli))).toEqual(piped);
  expect(likeSource(piped, withFeedback(nack))).toEqual(withFeedback(nack));
  expect(piped).toEqual(withFeedback(nack, pli, fir));
});
