/** Masks as they are being drawn: what is there, what is chosen, and what the pointer and keys do to it. */
import type { Mask, Masks, Point } from '../../../server/contract/privacy.ts';
import { inPicture, isSlip, moved, rectangle, reshaped, withoutPoint } from './shapes.ts';

export type Tool = 'choose' | 'rectangle' | 'polygon';
/** A mask by its index, or one of its points. */
export interface Choice {
  readonly mask: number;
  readonly point?: number;
}

const most = { masks: 32, points: 32 };
const steps = { small: 0.0025, large: 0.025 };
const arrows: Record<string, Point> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

export class MaskDrawing {
  masks = $state.raw<Masks>([]);
  tool = $state<Tool>('choose');
  chosen = $state.raw<Choice>();
  /** The corners so far of the shape that is being drawn. */
  draft = $state.raw<Point[]>([]);
  /** Where the pointer is while something is drawn. */
  pointer = $state.raw<Point>();
  #held: { choice: Choice; from: Point; mask: Mask } | undefined;

  constructor(masks: Masks) {
    this.masks = masks;
    if (masks.length === 0) this.tool = 'rectangle';
  }

  get full(): boolean {
    return this.masks.length >= most.masks;
  }

  use(tool: Tool): void {
    this.tool = this.full ? 'choose' : tool;
    this.draft = [];
    this.pointer = undefined;
  }

  /** The pointer goes down on the picture, on a mask or on a point of one. */
  press(at: Point, on?: Choice): void {
    const point = inPicture(at);
    if (this.tool === 'rectangle') this.draft = [point];
    else if (this.tool === 'polygon') this.#addCorner(point);
    else {
      this.chosen = on;
      const mask = on && this.masks[on.mask];
      this.#held = mask ? { choice: on, from: point, mask } : undefined;
    }
  }

  move(at: Point): void {
    const point = inPicture(at);
    if (this.draft.length > 0) this.pointer = point;
    if (!this.#held) return;
    const { choice, from, mask } = this.#held;
    this.#replace(
      choice.mask,
      choice.point === undefined
        ? moved(mask, { x: point.x - from.x, y: point.y - from.y })
        : reshaped(mask, choice.point, point),
    );
  }

  release(at: Point): void {
    this.#held = undefined;
    const [corner] = this.draft;
    if (this.tool === 'rectangle' && corner) this.#finish(rectangle(corner, inPicture(at)));
  }

  /** Closes the polygon that is being drawn, once it has three corners. */
  close(): void {
    if (this.tool === 'polygon' && this.draft.length >= 3) this.#finish({ points: this.draft });
  }

  /** A rectangle in the middle, for those who draw with keys. */
  place(): void {
    if (!this.full) this.#finish(rectangle({ x: 0.4, y: 0.4 }, { x: 0.6, y: 0.6 }));
  }

  remove(): void {
    const { chosen } = this;
    const mask = chosen && this.masks[chosen.mask];
    if (!mask) return;
    const smaller = chosen.point === undefined ? undefined : withoutPoint(mask, chosen.point);
    if (smaller) this.#replace(chosen.mask, smaller);
    else this.masks = this.masks.filter((_, index) => index !== chosen.mask);
    this.chosen = smaller ? { mask: chosen.mask } : undefined;
  }

  /** @returns whether the key meant something */
  key({ key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>): boolean {
    const arrow = arrows[key];
    if (arrow && this.chosen) this.#nudge(arrow, shiftKey ? steps.large : steps.small);
    else if ((key === 'Delete' || key === 'Backspace') && this.chosen) this.remove();
    else if (key === 'Enter' && this.draft.length > 0) this.close();
    else if (key === 'Enter' && this.tool !== 'choose') this.place();
    else if (key === 'Escape' && this.tool !== 'choose') this.use('choose');
    else return false;
    return true;
  }

  #nudge({ x, y }: Point, step: number): void {
    const { chosen } = this;
    const mask = chosen && this.masks[chosen.mask];
    if (!mask) return;
    const by = { x: x * step, y: y * step };
    const point = chosen.point === undefined ? undefined : mask.points[chosen.point];
    if (chosen.point === undefined || !point) this.#replace(chosen.mask, moved(mask, by));
    else {
      const to = { x: point.x + by.x, y: point.y + by.y };
      this.#replace(chosen.mask, reshaped(mask, chosen.point, to));
    }
  }

  #addCorner(point: Point): void {
    const [first] = this.draft;
    const last = this.draft.at(-1);
    // The second press of a double click is at the same place, and closes as one on the first corner does.
    const ends = [first, last].some((corner) => corner && isNear(corner, point));
    if (ends && this.draft.length >= 3) return this.close();
    if (!ends && this.draft.length < most.points) this.draft = [...this.draft, point];
  }

  #finish(mask: Mask): void {
    this.draft = [];
    this.pointer = undefined;
    if (isSlip(mask)) return;
    this.masks = [...this.masks, mask];
    this.tool = 'choose';
    this.chosen = { mask: this.masks.length - 1 };
  }

  #replace(index: number, mask: Mask): void {
    this.masks = this.masks.map((one, at) => (at === index ? mask : one));
  }
}

function isNear(a: Point, b: Point): boolean {
  return Math.hypot(a.x - b.x, a.y - b.y) < 0.015;
}
