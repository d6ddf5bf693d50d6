/**
 * A camera in a process of its own that films the time: 720p25, encoded as it is drawn by ffmpeg's x264 without any delay.
 * After its address it says of each picture how long drawing and encoding it has taken, ms.
 */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { CameraClip } from '../../support/rtsp/clips.ts';
import { wallClock } from '../../support/peers/rtp.ts';
import { startRtspServer } from '../../support/rtsp/server.ts';
import { TimePicture } from '../measure/time-code.ts';

const [width, height, frameRate] = [1280, 720, 25];
const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
socket.bind(0, '127.0.0.1');
await once(socket, 'listening');

const encoder = spawn(
  'ffmpeg',
  [
    ...['-v', 'error', '-nostdin', '-fflags', 'nobuffer', '-probesize', '32'],
    ...['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`],
    ...['-framerate', `${frameRate}`, '-i', 'pipe:0', '-fps_mode', 'passthrough'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency'],
    ...['-profile:v', 'baseline', '-g', `${frameRate}`, '-sc_threshold', '0'],
    ...['-b:v', '2M', '-maxrate', '2M', '-bufsize', '400k'],
    ...['-payload_type', '96', '-f', 'rtp'],
    `rtp://127.0.0.1:${socket.address().port}?pkt_size=1400`,
  ],
  { stdio: ['pipe', 'ignore', 'inherit'] },
);
const clients = new Set<(packet: Buffer) => void>();
/** When the picture that is encoded was begun: well under an interval ago, or the machine is too slow. */
let drawn = NaN;
socket.on('message', (packet) => {
  const type = (packet[1] ?? 0) & 0x7f;
  if (type !== 96) return; // A report.
  for (const send of clients) send(packet);
  if ((packet[1] ?? 0) & 0x80) console.log((wallClock() - drawn).toFixed(2));
});

const clip: CameraClip = { codec: 'H264', width, height, frameRate, pictures: [] };
const live = (send: (packet: Buffer) => void): (() => void) => {
  clients.add(send);
  return () => clients.delete(send);
};
const server = await startRtspServer({ streams: { '/main': { clip, live } } });
console.log(server.url('/main'));

const picture = new TimePicture(width, height);
const begin = performance.now();
const film = (count: number): void => {
  const now = wallClock();
  // What the encoder has not taken yet would make the next ones late as well.
  if (encoder.stdin.writableLength === 0) {
    drawn = now;
    encoder.stdin.write(Buffer.from(picture.at(now)));
  }
  const next = Math.max(count + 1, Math.ceil(((performance.now() - begin) * frameRate) / 1000));
  setTimeout(film, begin + (next * 1000) / frameRate - performance.now(), next);
};
film(0);

process.stdin.resume().on('end', () => {
  encoder.kill('SIGKILL');
  process.exit(0);
});
