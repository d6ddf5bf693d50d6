/** The geometry of drawing masks: all in shares of the picture, 0–1, and never outside of it. */
import type { Mask, Point } from '../../../server/contract/privacy.ts';

export function rectangle(a: Point, b: Point): Mask {
  const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)];
  const [top, bottom] = [Math.min(a.y, b.y), Math.max(a.y, b.y)];
  return {
    points: [
      { x: left, y: top },
      { x: right, y: top },
      { x: right, y: bottom },
      { x: left, y: bottom },
    ],
  };
}

/** The nearest place in the picture, to a hundredth of a per cent. */
export function inPicture({ x, y }: Point): Point {
  return { x: share(x), y: share(y) };
}

/** The whole mask moved, at most up to the picture's edge: it keeps its shape. */
export function moved(mask: Mask, { x: dx, y: dy }: Point): Mask {
  const { left, right, top, bottom } = extent(mask.points);
  const across = Math.min(1 - right, Math.max(-left, dx));
  const down = Math.min(1 - bottom, Math.max(-top, dy));
  return { points: mask.points.map(({ x, y }) => inPicture({ x: x + across, y: y + down })) };
}

/** The mask with one of its points elsewhere. */
export function reshaped(mask: Mask, index: number, to: Point): Mask {
  return { points: mask.points.map((point, at) => (at === index ? inPicture(to) : point)) };
}

/** The mask without one of its points; undefined when too few would be left. */
export function withoutPoint({ points }: Mask, index: number): Mask | undefined {
  if (points.length <= 3) return undefined;
  return { points: points.filter((_, at) => at !== index) };
}

/** Whether nobody could have meant it: a slip of the pointer leaves a shape of less than 0.02 %. */
export function isSlip({ points }: Mask): boolean {
  return Math.abs(area(points)) < 0.0002;
}

export function extent(points: Point[]) {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  return {
    left: Math.min(...xs),
    right: Math.max(...xs),
    top: Math.min(...ys),
    bottom: Math.max(...ys),
  };
}

/** Where a picture is within a box that it is fitted into with its own proportions (CSS `contain`), px. */
export function fitted(
  box: { width: number; height: number },
  picture: { width: number; height: number },
) {
  const scale = Math.min(box.width / picture.width, box.height / picture.height) || 0;
  const [width, height] = [picture.width * scale, picture.height * scale];
  return { left: (box.width - width) / 2, top: (box.height - height) / 2, width, height };
}

/** Gauss's area formula; positive for points that go clockwise on the screen. */
function area(points: Point[]): number {
  let twice = 0;
  points.forEach((a, index) => {
    const b = points[(index + 1) % points.length] ?? a;
    twice += a.x * b.y - b.x * a.y;
  });
  return twice / 2;
}

function share(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 10_000) / 10_000;
}
