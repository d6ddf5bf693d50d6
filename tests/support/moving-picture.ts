/** A picture for Chromium's fake camera that changes everywhere, all the time, and in every colour. */
import { mkdtempSync, openSync, closeSync, writeSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const width = 1280;
const height = 720;
const square = 40; // px: coarse enough for the encoder to keep the colours
const frames = 30;

export interface MovingPicture {
  /** What Chromium is started with. */
  readonly args: string[];
  remove(): void;
}

/** Writes a clip in YUV4MPEG2 of 1280×720 at 30 frames/s, which Chromium plays again and again. */
export function movingPicture(): MovingPicture {
  const folder = mkdtempSync(path.join(tmpdir(), 'moving-picture-'));
  const name = path.join(folder, 'squares.y4m');
  const file = openSync(name, 'w');
  writeSync(file, `YUV4MPEG2 W${width} H${height} F30:1 Ip A1:1 C420jpeg\n`);
  for (let frame = 0; frame < frames; frame += 1) {
    writeSync(file, 'FRAME\n');
    writeSync(file, plane(width, height, square, frame, 0));
    writeSync(file, plane(width / 2, height / 2, square / 2, frame, 1));
    writeSync(file, plane(width / 2, height / 2, square / 2, frame, 2));
  }
  closeSync(file);
  return {
    args: [`--use-file-for-fake-video-capture=${name}`],
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** Squares of pseudo-random brightness, other ones every sixth frame. */
function plane(columns: number, rows: number, size: number, frame: number, part: number): Buffer {
  const bytes = Buffer.alloc(columns * rows);
  for (let y = 0; y < rows; y += 1) {
    for (let x = 0; x < columns; x += size) {
      const place = Math.floor(y / size) * 97 + x / size + part * 1009;
      const value = ((place + Math.floor(frame / 6) * 31) * 2654435761) >>> 24;
      bytes.fill(40 + Math.floor(value * 0.7), y * columns + x, y * columns + x + size);
    }
  }
  return bytes;
}
