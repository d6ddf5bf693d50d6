/** What is said of a camera: in the console, and to whoever looks at the gateway's figures. */
import type { SiteCameraReport, StreamReport } from '../../server/contract/gateway.ts';
import type { StreamFacts } from '../video/picture.ts';
import type { KnownStreams, StreamName } from './layers.ts';
import type { Offer } from './offer.ts';
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
  const reports = [...streams].flatMap(([name, { pulled, bitRate, counts }]) => {
    const facts = known[name];
    if (!facts) return [];
    const { restarts } = counts;
    return [
      { ...streamReport(facts, pulled, bitRate.value), ...(restarts > 0 ? { restarts } : {}) },
    ];
  });
  return reports.sort((a, b) => a.width * a.height - b.width * b.height);
}

/**
 * What becomes of the sound of a camera that is to have it.
 * @param refused why the server takes none of it
 */
export function soundReport(
  { streams, sound, soundOf, layers }: Pick<Offer, 'streams' | 'sound' | 'soundOf' | 'layers'>,
  refused: string | undefined,
): Pick<SiteCameraReport, 'audio'> {
  // Of a camera that was never seen nothing is said.
  const [first] = layers;
  if (first === undefined) return {};
  const facts = streams[soundOf ?? first]?.sound ?? streams.main?.sound;
  const missing = facts ? (refused ?? facts.missing) : 'the camera has none';
  return {
    audio: {
      ...(sound && { sentAs: sound }),
      ...(missing !== undefined && { missing: missing.slice(0, 300) }),
    },
  };
}

/** @param bitRate bit/s; undefined where it is not known */
export function streamReport(facts: StreamFacts, pulled: boolean, bitRate?: number): StreamReport {
  const { width, height, codec, profile, frameRate, keyInterval, reorders } = facts;
  return {
    ...{ width, height, codec: codec.slice(0, 32), reorders, pulled },
    transcoded: facts.transcoded ?? false,
    ...(facts.sentOneIn === undefined ? {} : { sentOneIn: facts.sentOneIn }),
    ...(profile === undefined ? {} : { profile: profile.slice(0, 64) }),
    ...(frameRate === undefined ? {} : { frameRate: Math.min(frameRate, 1000) }),
    ...(keyInterval === undefined ? {} : { keyInterval }),
    ...(bitRate === undefined ? {} : { bitRate }),
    ...(facts.sound && { audio: facts.sound.codec.slice(0, 32) }),
  };
}
