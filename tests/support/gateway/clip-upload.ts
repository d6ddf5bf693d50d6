/**
 * An upload of a clip, as a process of its own, for hosts of a lab: `clip-upload.ts SERVER ZONE`. It says on its standard
 * output how it does, a line of JSON each second.
 */
import { pinned } from '../../../gateway/server-trust.ts';
import { Uplink } from '../../../gateway/upload/uplink.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { cameraClip } from '../rtsp/clips.ts';
import { ClipCamera } from './clip-camera.ts';

export interface ClipUploadLine {
  /** What keeps it from sending. */
  readonly missing: string | null;
  readonly packets: number;
}

const [url = '', zone = ''] = process.argv.slice(2);
const uplink = new Uplink({ url, agent: pinned(await fingerprintOf(url)) });
const camera = new ClipCamera(uplink.open, zone, [await cameraClip('sub')]);
setInterval(() => {
  const line: ClipUploadLine = {
    missing: camera.ways.at(-1) ?? null,
    packets: camera.upload.figures?.packets ?? 0,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}, 1000);
