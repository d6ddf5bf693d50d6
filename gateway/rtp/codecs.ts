/** The codecs whose pictures the gateway can take out of RTP, by the name of their encoding. */
import type { OpenDepacketizer } from './depacketizer.ts';
import { openH264 } from './h264.ts';

export const codecs: Readonly<Record<string, OpenDepacketizer>> = {
  H264: openH264,
};
