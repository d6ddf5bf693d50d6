/** Which SRTP suite the light peers of this process negotiate (RFC 5764, RFC 7714). */
import { initLogger } from 'node-datachannel';

let heard = 'none negotiated';

/** To be called before the first peer is made: libdatachannel tells the suite in its log only. */
export function listenForSrtpSuite(): void {
  initLogger('Debug', (_level, message) => {
    const [, suite] = /SRTP profile is: (\S+)/.exec(message) ?? [];
    if (suite === undefined) return;
    heard = suite;
    initLogger('Fatal', () => {});
  });
}

export function srtpSuite(): string {
  return heard;
}
