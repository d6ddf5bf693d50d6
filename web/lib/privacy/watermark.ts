/** The watermark over a picture: who sees which zone and when, so that a leaked copy tells its source. */

export interface Watermark {
  /** The person who looks, or the key of the wall. */
  readonly name: string;
  readonly zone: string;
}

/** `Anna Meier · CBD-TRAFFIC-01 · 2026-03-29 14:05:09 +01:00`, in local time with its offset from UTC; without time, no picture is there yet. */
export function watermarkText({ name, zone }: Watermark, at: Date | undefined): string {
  return at ? `${name} · ${zone} · ${localTime(at)}` : `${name} · ${zone}`;
}

/**
 * Draws the text once in a clear line at the lower left, and faintly again and again across the picture,
 * where it cannot be cut off. Readable on bright and on dark pictures.
 * @param scale pixels of the canvas to a pixel of the screen, so that the text keeps its size
 */
export function drawWatermark(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  text: string,
  scale: number,
): void {
  const { width, height } = context.canvas;
  // Names and times, whichever way the page is written: from the right, the line would leave the picture.
  context.direction = 'ltr';
  const size = Math.min(18, Math.max(9, width / scale / 50)) * scale;
  drawFaintly(context, text, size);
  context.font = `600 ${size}px ${font}`;
  context.textBaseline = 'bottom';
  context.lineJoin = 'round';
  context.lineWidth = size / 4;
  context.strokeStyle = 'rgb(0 0 0 / 85%)';
  context.fillStyle = '#fff';
  const room = width - size;
  context.strokeText(text, size / 2, height - size / 3, room);
  context.fillText(text, size / 2, height - size / 3, room);
}

const font = "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
const slope = -Math.PI / 7;

function drawFaintly(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  text: string,
  size: number,
): void {
  const { width, height } = context.canvas;
  context.save();
  context.font = `600 ${size}px ${font}`;
  context.textBaseline = 'middle';
  context.translate(width / 2, height / 2);
  context.rotate(slope);
  const reach = Math.hypot(width, height) / 2;
  const across = context.measureText(text).width + 5 * size;
  const down = 7 * size;
  for (let row = 0, y = -reach; y < reach; y += down, row += 1) {
    // Every other row is shifted, so that no part of the picture is without.
    for (let x = -reach - (row % 2) * (across / 2); x < reach; x += across) {
      context.fillStyle = 'rgb(0 0 0 / 22%)';
      context.fillText(text, x + size / 14, y + size / 14);
      context.fillStyle = 'rgb(255 255 255 / 17%)';
      context.fillText(text, x, y);
    }
  }
  context.restore();
}

function localTime(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const ahead = -at.getTimezoneOffset(); // min
  const offset = `${ahead < 0 ? '-' : '+'}${two(Math.floor(Math.abs(ahead) / 60))}:${two(Math.abs(ahead) % 60)}`;
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())} ${offset}`;
}
