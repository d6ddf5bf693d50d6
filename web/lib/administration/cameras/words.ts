/** What is known of a camera of a gateway, in words. */
import type {
  SiteCameraReport,
  StreamReport,
  Trouble,
} from '../../../../server/contract/gateway.ts';
import { readableFingerprint } from '../../../../server/contract/certificate.ts';
import { texts } from '../../text/texts.ts';
import { decimal } from '../../text/numbers.ts';

const text = texts.cameras;

/** What is wrong, and what to do; with what exactly was seen, where that is known. */
export function troubleText({ code, detail, fingerprint }: Trouble): string {
  const seen = [
    ...(detail ? [detail] : []),
    ...(fingerprint ? [text.fingerprint(readableFingerprint(fingerprint))] : []),
  ];
  const words = text.troubles[code];
  return seen.length > 0 ? text.seen(words, seen.join('; ')) : words;
}

/** One stream, as people compare them. */
export function streamText(stream: StreamReport): string {
  const { width, height, codec, profile, frameRate, keyInterval } = stream;
  const { reorders, transcoded, restarts, sentOneIn, audio } = stream;
  return text.stream(`${width}×${height}`, profile ? `${codec} ${profile}` : codec, [
    ...(frameRate === undefined ? [] : [text.frames(decimal(frameRate))]),
    ...(keyInterval === undefined ? [] : [text.keyEvery(decimal(keyInterval / 1000, 1))]),
    ...(reorders ? [text.reorders] : []),
    ...(transcoded ? [text.transcoded] : []),
    ...(audio === undefined ? [] : [text.audio(audio)]),
    ...(restarts === undefined ? [] : [text.restarts(restarts)]),
    ...(sentOneIn === undefined ? [] : [text.sentOneIn(sentOneIn)]),
  ]);
}

/** That it makes no key frame when asked, how long that lets people wait, and what to set. */
export function keyFrameText({ keyFrames, streams }: SiteCameraReport): string {
  if (!keyFrames) return '';
  const { code, detail } = keyFrames;
  const what = detail ? text.seen(text.keyFrames[code], detail) : text.keyFrames[code];
  const longest = Math.max(...streams.map(({ keyInterval = 0 }) => keyInterval));
  return text.keyFrames.whatToDo(what, longest > 0 ? decimal(longest / 1000, 1) : undefined);
}

/** A camera's clock that is off by less is right enough, ms. */
export const rightEnough = 2000;

/** By how much a camera's clock is off, in the unit that people would say it in. @param offset ms, positive where it is ahead */
export function clockText(offset: number): string {
  const seconds = Math.abs(offset) / 1000;
  const { days, hours, minutes, words } = texts.finding.clock;
  const said =
    seconds > 172_800
      ? days(decimal(seconds / 86_400))
      : seconds > 7200
        ? hours(decimal(seconds / 3600))
        : seconds > 120
          ? minutes(decimal(seconds / 60))
          : texts.finding.clock.seconds(decimal(seconds));
  return words(said, offset > 0);
}
