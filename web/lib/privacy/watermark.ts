/** The watermark over a picture: who sees which zone and when, so that a leaked copy tells its source. */

export interface Watermark {
  /** The person who looks, or the key of the wall. */
  readonly name: string;
  readonly zone: string;
}

/** `Anna Meier · CBD-TRAFFIC-01 · 2026-03-29 14:05:09 +01:00`, in local time with its offset from UTC; without time, no picture is there yet. */
export function watermarkText(mark: Watermark, at: Date | undefined): string {
  return textOf(
    mark,
    at,
    ({ day, minute, second, offset }) => `${day} ${minute}:${second} ${offset}`,
  );
}

/** The same to the minute: what is drawn again and again over a picture that is watched costs too much each second. */
export function minuteText(mark: Watermark, at: Date | undefined): string {
  return textOf(mark, at, ({ day, minute, offset }) => `${day} ${minute} ${offset}`);
}

/**
 * Draws the text into a picture: once in a clear line at the lower left, and faintly again and again across it, where
 * it cannot be cut off. Readable on bright and on dark pictures.
 * @param scale pixels of the canvas to a pixel of the screen, so that the text keeps its size
 */
export function drawWatermark(context: Context, text: string, scale: number): void {
  drawFaintly(context, text, scale);
  drawLine(context, text, scale);
}

/** What the clear line needs at the lower edge of a picture of this width; both in pixels of the screen. */
export function lineHeight(width: number): number {
  return Math.ceil(2 * textSize(width));
}

/** The clear line, at the lower left of the canvas. */
export function drawLine(context: Context, text: string, scale: number): void {
  const { width, height } = context.canvas;
  const size = beginText(context, scale);
  context.textBaseline = 'bottom';
  context.lineJoin = 'round';
  context.lineWidth = size / 4;
  context.strokeStyle = 'rgb(0 0 0 / 85%)';
  context.fillStyle = '#fff';
  const room = width - size;
  context.strokeText(text, size / 2, height - size / 3, room);
  context.fillText(text, size / 2, height - size / 3, room);
}

/** Again and again across the canvas. */
export function drawFaintly(context: Context, text: string, scale: number): void {
  const { width, height } = context.canvas;
  context.save();
  const size = beginText(context, scale);
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

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

const font = "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
const slope = -Math.PI / 7;

/** @returns the size of the text, pixels of the canvas */
function beginText(context: Context, scale: number): number {
  const size = textSize(context.canvas.width / scale) * scale;
  // Names and times, whichever way the page is written: from the right, the line would leave the picture.
  context.direction = 'ltr';
  context.font = `600 ${size}px ${font}`;
  return size;
}

/** @param width of the picture; both in pixels of the screen */
function textSize(width: number): number {
  return Math.min(18, Math.max(9, width / 50));
}

interface LocalTime {
  readonly day: string;
  readonly minute: string;
  readonly second: string;
  readonly offset: string;
}

function textOf(
  { name, zone }: Watermark,
  at: Date | undefined,
  write: (time: LocalTime) => string,
): string {
  return at ? `${name} · ${zone} · ${write(localTime(at))}` : `${name} · ${zone}`;
}

function localTime(at: Date): LocalTime {
  const two = (value: number): string => String(value).padStart(2, '0');
  const ahead = -at.getTimezoneOffset(); // min
  return {
    day: `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`,
    minute: `${two(at.getHours())}:${two(at.getMinutes())}`,
    second: two(at.getSeconds()),
    offset: `${ahead < 0 ? '-' : '+'}${two(Math.floor(Math.abs(ahead) / 60))}:${two(Math.abs(ahead) % 60)}`,
  };
}
