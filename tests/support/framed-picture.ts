/** A picture for Chromium's fake camera, of any shape and rate, with a colour of its own in each corner. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface FramedPicture {
  /** What Chromium is started with. */
  readonly args: string[];
  remove(): void;
}

/** Brightness and colour (BT.601), and where; the middle is grey, and changes from frame to frame. */
const corners = {
  red: [81, 90, 240],
  green: [145, 54, 34],
  blue: [41, 240, 110],
  yellow: [210, 16, 146],
} as const;
export type Corner = keyof typeof corners;

/** The middles of the corners' squares, in shares of the picture. */
export function cornerPlaces(
  width: number,
  height: number,
): Record<Corner, { x: number; y: number }> {
  const side = sideOf(width, height);
  const [x, y] = [side / 2 / width, side / 2 / height];
  return {
    red: { x, y },
    green: { x: 1 - x, y },
    blue: { x, y: 1 - y },
    yellow: { x: 1 - x, y: 1 - y },
  };
}

/**
 * Writes a clip in YUV4MPEG2, which Chromium plays again and again.
 * @param rate frames/s as YUV4MPEG2 has it: `30:1`
 */
export function framedPicture(width: number, height: number, rate = '30:1'): FramedPicture {
  const folder = mkdtempSync(path.join(tmpdir(), 'framed-picture-'));
  const name = path.join(folder, 'picture.y4m');
  const frames = Array.from({ length: 6 }, (_, frame) => [
    Buffer.from('FRAME\n'),
    plane(width, height, 0, 100 + 20 * frame),
    plane(width / 2, height / 2, 1, 128),
    plane(width / 2, height / 2, 2, 128),
  ]).flat();
  const header = Buffer.from(`YUV4MPEG2 W${width} H${height} F${rate} Ip A1:1 C420jpeg\n`);
  writeFileSync(name, Buffer.concat([header, ...frames]));
  return {
    args: [`--use-file-for-fake-video-capture=${name}`],
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function plane(width: number, height: number, part: 0 | 1 | 2, middle: number): Buffer {
  const bytes = Buffer.alloc(width * height, middle);
  const side = sideOf(width, height);
  for (let y = 0; y < height; y += 1) {
    const row = y < side ? (['red', 'green'] as const) : (['blue', 'yellow'] as const);
    if (y >= side && y < height - side) continue;
    bytes.fill(corners[row[0]][part], y * width, y * width + side);
    bytes.fill(corners[row[1]][part], (y + 1) * width - side, (y + 1) * width);
  }
  return bytes;
}

function sideOf(width: number, height: number): number {
  return Math.floor(Math.min(width, height) / 8);
}
