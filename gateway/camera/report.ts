/** What is said of a camera: in the console, and to whoever looks at the gateway's figures. */
import type { StreamReport } from '../../server/contract/gateway.ts';
import type { KnownStreams, StreamName } from './layers.ts';
import type { Stream } from './stream.ts';

/** Host and port, and nothing that may be secret. */
export function addressOf(url: string): string {
  return new URL(url).host;
}

/** The smallest first. */
export function describe(
  known: KnownStreams,
  streams: ReadonlyMap<StreamName, Stream>,
): StreamReport[] {
  const reports = [...streams].flatMap(([name, { pulled, bitRate }]): StreamReport[] => {
    const facts = known[name];
    if (!facts) return [];
    const { width, height, codec, profile, frameRate, keyInterval, reorders } = facts;
    return [
      {
        ...{ width, height, codec, reorders, transcoded: facts.transcoded ?? false, pulled },
        ...(profile === undefined ? {} : { profile }),
        ...(frameRate === undefined ? {} : { frameRate }),
        ...(keyInterval === undefined ? {} : { keyInterval }),
        ...(bitRate.value === undefined ? {} : { bitRate: bitRate.value }),
      },
    ];
  });
  return reports.sort((a, b) => a.width * a.height - b.width * b.height);
}
