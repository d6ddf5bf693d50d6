/** The codecs whose pictures the gateway can take out of RTP, by the name of their encoding. */
import type { OpenDepacketizer } from './depacketizer.ts';
import { openH264 } from './h264.ts';
import { openH265 } from './h265.ts';
import { openJpeg } from './jpeg.ts';

export const codecs: Readonly<Record<string, OpenDepacketizer>> = {
  H264: openH264,
  H265: openH265,
  JPEG: openJpeg,
};
