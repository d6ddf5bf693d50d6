/** A camera in a process of its own, so that what it takes is not counted: plays a clip, with the time in each picture. */
import { cameraClip, type ClipName } from '../../support/rtsp/clips.ts';
import type { Payload } from '../../support/rtsp/packets.ts';
import { startRtspServer } from '../../support/rtsp/server.ts';
import { stampUnit } from './stamps.ts';

const clip = await cameraClip(process.argv[2] as ClipName);
const payloads = (_picture: unknown, usual: Payload[]): Payload[] => {
  const sets = usual.findIndex(({ bytes: [head = 0] }) => ![7, 8].includes(head & 0x1f));
  return usual.toSpliced(sets, 0, { bytes: stampUnit(), marker: false });
};
const server = await startRtspServer({ streams: { '/main': { clip, payloads } } });
console.log(server.url('/main'));
process.stdin.resume().on('end', () => process.exit(0));
