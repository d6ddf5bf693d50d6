/** Opens a camera's streams for a moment, for whoever sets it up: what it sends, a picture, or what is wrong. */
import type { CameraTest, SiteCamera, StreamReport, Trouble } from '../server/contract/gateway.ts';
import { layersOf, streamNames, type KnownStreams, type StreamName } from './camera/layers.ts';
import type { StillMaker, StreamWay } from './camera/life-parts.ts';
import { streamReport } from './camera/report.ts';
import type { StreamFacts } from './video/picture.ts';

/**
 * How long a stream has to show a picture, and is looked at after that until its figures are known; and when all is to be
 * over, of which a part is the sub stream's. The server waits 15 s for the answer. ms
 */
const times = { first: 8000, figures: 5000, all: 12_000, sub: 4500 };
/** Characters of base64. */
const largestStill = 200_000;

interface Looked {
  facts?: StreamFacts;
  trouble?: Trouble;
}

export async function testCamera(
  camera: SiteCamera,
  wayOf: (name: StreamName) => StreamWay,
  stills: StillMaker | undefined,
): Promise<CameraTest> {
  const names = streamNames.filter((name) => name === 'main' || camera.sub !== undefined);
  const known: KnownStreams = {};
  let trouble: Trouble | undefined;
  // One after the other: a camera may have one session to spare, and a wrong password is tried once.
  const over = performance.now() + times.all;
  for (const name of names) {
    const until = name !== names.at(-1) ? over - times.sub : over;
    const looked = await look(wayOf(name), until, name === 'main' ? stills : undefined);
    trouble ??= looked.trouble;
    if (looked.facts) known[name] = looked.facts;
    if (looked.trouble?.code === 'wrong-password') break;
  }
  trouble ??= layersOf(known).trouble;
  const still = await stills?.still();
  const text = still && Buffer.from(still.picture).toString('base64');
  const streams = Object.values(known).map((facts): StreamReport => streamReport(facts, false));
  return {
    streams: streams.sort((a, b) => a.width - b.width),
    ...(trouble && { trouble }),
    ...(text && text.length <= largestStill && { still: text }),
  };
}

/** @param until when it is to be over, ms of `performance.now()` */
async function look(
  way: StreamWay,
  until: number,
  stills: StillMaker | undefined,
): Promise<Looked> {
  const looked: Looked = {};
  let end: () => void = () => {};
  const over = new Promise<void>((resolve) => (end = resolve));
  const within = (ms: number): number => Math.min(ms, until - performance.now());
  const toFirst = within(times.first);
  let timer = setTimeout(end, toFirst);
  let seen = false;
  const source = way.open({
    facts(facts) {
      looked.facts = facts;
      if (seen && facts.frameRate !== undefined && facts.keyInterval !== undefined) end();
    },
    picture(picture) {
      if (picture.isKey) stills?.show(picture);
      if (!seen) {
        clearTimeout(timer);
        timer = setTimeout(end, within(times.figures));
      }
      seen = true;
    },
    ended(trouble) {
      looked.trouble = trouble;
      end();
    },
  });
  await over;
  clearTimeout(timer);
  await source.stop();
  if (!seen)
    looked.trouble ??= { code: 'stalled', detail: `no picture within ${toFirst.toFixed(0)} ms` };
  return looked;
}
