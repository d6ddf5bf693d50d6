/** How a camera describes a stream (SDP, RFC 8866). */
import type { CameraClip } from './clips.ts';
import { payloadTypeOf } from './playing.ts';
import type { StreamSound } from './sounding.ts';

/** Where each medium is set up. */
export const controls = { video: 'trackID=1', sound: 'trackID=2' };

export function describe(clip: CameraClip, sound?: StreamSound): string {
  const type = payloadTypeOf(clip);
  const formats = {
    H264: [`a=rtpmap:${type} H264/90000`, `a=fmtp:${type} ${h264Format(clip)}`],
    H265: [`a=rtpmap:${type} H265/90000`, `a=fmtp:${type} ${h265Format(clip)}`],
    JPEG: [`a=rtpmap:${type} JPEG/90000`],
  };
  const lines = [
    ...['v=0', 'o=- 1 1 IN IP4 0.0.0.0', 's=Kamera Süd', 'c=IN IP4 0.0.0.0', 't=0 0'],
    ...['a=control:*', 'a=range:npt=0-'],
    `m=video 0 RTP/AVP ${type}`,
    ...formats[clip.codec],
    `a=control:${controls.video}`,
    ...(sound ? [...soundLines(sound), `a=control:${controls.sound}`] : []),
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

function soundLines({ clip, described }: StreamSound): readonly string[] {
  const { encoding, payloadType: type, clockRate, channels, format } = clip;
  if (described) return described;
  return [
    `m=audio 0 RTP/AVP ${type}`,
    `a=rtpmap:${type} ${encoding}/${clockRate}${channels > 1 ? `/${channels}` : ''}`,
    ...(format === undefined ? [] : [`a=fmtp:${type} ${format}`]),
  ];
}

function parameterSets(clip: CameraClip, ...types: number[]): string[] {
  const units = clip.pictures[0]?.units ?? [];
  const typeOf = (head = 0): number => (clip.codec === 'H264' ? head & 0x1f : (head >> 1) & 0x3f);
  return types.map((type) =>
    (units.find((unit) => typeOf(unit[0]) === type) ?? Buffer.alloc(0)).toString('base64'),
  );
}

function h264Format(clip: CameraClip): string {
  const [sps = '', pps = ''] = parameterSets(clip, 7, 8);
  const profile = Buffer.from(sps, 'base64').subarray(1, 4).toString('hex');
  return `packetization-mode=1;profile-level-id=${profile};sprop-parameter-sets=${sps},${pps}`;
}

function h265Format(clip: CameraClip): string {
  const [vps = '', sps = '', pps = ''] = parameterSets(clip, 32, 33, 34);
  return `sprop-vps=${vps};sprop-sps=${sps};sprop-pps=${pps}`;
}
