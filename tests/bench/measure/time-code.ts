/** A camera that films the time, and a viewer that reads it from the picture: latency as eyes see it. */
import type { Page } from 'playwright-core';

/** The picture: the time in ms, 20 bits, black or white, and below each bit its opposite. */
const grid = { columns: 10, rows: 4, bits: 20 };
type Grid = typeof grid;

/** Must run before the page's own scripts: the page films the time in place of a camera. */
export async function filmTime(page: Page, width: number, height: number): Promise<void> {
  await page.addInitScript(
    ({ grid, width, height }: { grid: Grid; width: number; height: number }) => {
      const film = (): MediaStream => {
        const canvas = Object.assign(document.createElement('canvas'), { width, height });
        const context = canvas.getContext('2d', { alpha: false });
        const stream = canvas.captureStream(0);
        const [track] = stream.getVideoTracks() as CanvasCaptureMediaStreamTrack[];
        // A canvas knows no frame rate, from which the console derives the bit rate.
        if (track) track.getSettings = () => ({ width, height, frameRate: 30 });
        const [cellWidth, cellHeight] = [width / grid.columns, height / grid.rows];
        setInterval(() => {
          const time = Math.round(performance.timeOrigin + performance.now()) % 2 ** grid.bits;
          for (let bit = 0; context && bit < grid.bits; bit += 1) {
            const white = Math.floor(time / 2 ** bit) % 2 === 1;
            const x = (bit % grid.columns) * cellWidth;
            const y = Math.floor(bit / grid.columns) * 2 * cellHeight;
            context.fillStyle = white ? '#fff' : '#000';
            context.fillRect(x, y, cellWidth, cellHeight);
            context.fillStyle = white ? '#000' : '#fff';
            context.fillRect(x, y + cellHeight, cellWidth, cellHeight);
          }
          track?.requestFrame();
        }, 1000 / 30);
        return stream;
      };
      navigator.mediaDevices.getUserMedia = () => Promise.resolve(film());
    },
    { grid, width, height },
  );
}

/**
 * Draws the same picture for an encoder that takes raw pictures (I420), with some noise in it that moves, so that it takes
 * as many bits as a real one.
 */
export class TimePicture {
  readonly #width: number;
  readonly #height: number;
  readonly #picture: Buffer;
  /** Rows of noise, dark and bright. */
  readonly #noise: readonly [Buffer, Buffer];
  #shift = 0;

  constructor(width: number, height: number, depth = 24) {
    this.#width = width;
    this.#height = height;
    this.#picture = Buffer.alloc((width * height * 3) / 2, 128);
    const noise = (least: number): Buffer =>
      Buffer.from(Array.from({ length: 64 * width }, () => least + Math.random() * depth));
    this.#noise = [noise(16), noise(235 - depth)];
  }

  /** @param time ms @returns the same bytes each time */
  at(time: number): Buffer {
    const { columns, rows, bits } = grid;
    const [cellWidth, cellHeight] = [this.#width / columns, this.#height / rows];
    const number = Math.round(time) % 2 ** bits;
    this.#shift += 1;
    for (let y = 0; y < this.#height; y += 1) {
      const row = Math.floor(y / cellHeight);
      // A stripe a picture, so that noise is not all there is.
      const place = ((y + (y % 8 === 0 ? this.#shift : 0)) % 63) * this.#width;
      for (let column = 0; column < columns; column += 1) {
        const bit = Math.floor(row / 2) * columns + column;
        const isWhite = Math.floor(number / 2 ** bit) % 2 === (row % 2 === 0 ? 1 : 0);
        const at = y * this.#width + column * cellWidth;
        const from = place + column * cellWidth;
        this.#noise[isWhite ? 1 : 0].copy(this.#picture, at, from, from + cellWidth);
      }
    }
    return this.#picture;
  }
}

/** @returns ms from drawing to presentation, of each frame shown in this time that could be read */
export function readLatency(page: Page, seconds: number): Promise<number[]> {
  return page.evaluate(
    ({ grid, seconds }: { grid: Grid; seconds: number }) =>
      new Promise<number[]>((resolve, reject) => {
        const video = document.querySelector('video');
        const [width, height] = [grid.columns * 8, grid.rows * 8];
        const context = new OffscreenCanvas(width, height).getContext('2d', {
          willReadFrequently: true,
        });
        if (!video || !context) return reject(new Error('there is no video on the page'));
        const latencies: number[] = [];
        const read = (): number | undefined => {
          context.drawImage(video, 0, 0, width, height);
          const { data } = context.getImageData(0, 0, width, height);
          const light = (column: number, row: number): boolean =>
            (data[((row * 8 + 4) * width + column * 8 + 4) * 4] ?? 0) > 127;
          let time = 0;
          for (let bit = 0; bit < grid.bits; bit += 1) {
            const column = bit % grid.columns;
            const row = Math.floor(bit / grid.columns) * 2;
            if (light(column, row) === light(column, row + 1)) return undefined;
            if (light(column, row)) time += 2 ** bit;
          }
          return time;
        };
        const look = (): void => {
          const drawn = read();
          if (drawn !== undefined) {
            // The frame that is read may be newer than the one the call is about, so its own time is no use.
            const shown = performance.timeOrigin + performance.now();
            const latency = (shown - drawn) % 2 ** grid.bits;
            // Two processes' clocks differ by a little.
            latencies.push(latency > 2 ** (grid.bits - 1) ? latency - 2 ** grid.bits : latency);
          }
          video.requestVideoFrameCallback(look);
        };
        video.requestVideoFrameCallback(look);
        setTimeout(() => resolve(latencies), seconds * 1000);
      }),
    { grid, seconds },
  );
}
