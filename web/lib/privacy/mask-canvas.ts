/** Masks painted over a picture on a canvas. */
import { maskColour } from '../../../server/contract/mask-colour.ts';
import type { Masks } from '../../../server/contract/privacy.ts';

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Paints over the whole canvas's picture; edges are widened, so that none shines through. */
export function paintMasks(context: Context, masks: Masks): void {
  const { width, height } = context.canvas;
  context.fillStyle = maskColour.css;
  context.strokeStyle = maskColour.css;
  context.lineJoin = 'round';
  context.lineWidth = 2;
  for (const { points } of masks) {
    context.beginPath();
    for (const { x, y } of points) context.lineTo(x * width, y * height);
    context.closePath();
    context.fill();
    context.stroke();
  }
}
