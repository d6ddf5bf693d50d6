/** A zone's still as a page gets it: its age, its size, and what is in the places of the mask of `masks.ts`. */
import type { Page } from 'playwright-core';

export interface SeenStill {
  readonly status: number;
  /** Since it was taken, ms. */
  readonly age: number;
  readonly width: number;
  readonly height: number;
  /** Darkest and brightest of all colours in the mask, 0–255, and outside of it. */
  readonly inside: [number, number];
  readonly outside: [number, number];
}

/** Asks for a still as a page does, and looks at its pixels. */
export function stillAt(page: Page, zone: string): Promise<SeenStill> {
  return page.evaluate(async (zone) => {
    const response = await fetch(`/api/v1/zones/${zone}/still`);
    if (!response.ok) {
      const none: [number, number] = [0, 0];
      return { status: response.status, age: 0, width: 0, height: 0, inside: none, outside: none };
    }
    const bitmap = await createImageBitmap(await response.blob());
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    if (!context) throw new Error('no canvas');
    context.drawImage(bitmap, 0, 0);
    const range = (x: number, y: number, w: number, h: number): [number, number] => {
      const { data } = context.getImageData(x * width, y * height, w * width, h * height);
      const colours = data.filter((_, byte) => byte % 4 !== 3);
      return [Math.min(...colours), Math.max(...colours)];
    };
    const [inside, outside] = [range(0.08, 0.15, 0.24, 0.3), range(0.5, 0.5, 0.2, 0.2)];
    const age = Date.now() - Date.parse(response.headers.get('taken-at') ?? '');
    return { status: 200, age, width, height, inside, outside };
  }, zone);
}
