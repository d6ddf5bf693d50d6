/** Drawing masks by pointer and by keys. */
import { expect, test } from 'vitest';
import { Masks, type Point } from '../../server/contract/privacy.ts';
import { MaskDrawing, type Choice } from '../../web/lib/privacy/mask-drawing.svelte.ts';
import { rectangle } from '../../web/lib/privacy/shapes.ts';

const square = rectangle({ x: 0.2, y: 0.2 }, { x: 0.4, y: 0.4 });
const key = (drawing: MaskDrawing, name: string, shiftKey = false): boolean =>
  drawing.key({ key: name, shiftKey });
const click = (drawing: MaskDrawing, at: Point, on?: Choice): void => {
  drawing.press(at, on);
  drawing.release(at);
};
const drag = (drawing: MaskDrawing, from: Point, to: Point, on?: Choice): void => {
  drawing.press(from, on);
  drawing.move(to);
  drawing.release(to);
};

test('dragging draws a rectangle, whichever corner it begins with', () => {
  const drawing = new MaskDrawing([]);
  expect(drawing.tool).toBe('rectangle');
  drag(drawing, { x: 0.4, y: 0.4 }, { x: 0.2, y: 0.2 });
  expect(drawing.masks).toEqual([square]);
  expect(drawing.chosen).toEqual({ mask: 0 });
  expect(drawing.tool).toBe('choose');
});

test('a slip of the pointer draws nothing, and what leaves the picture ends at its edge', () => {
  const drawing = new MaskDrawing([]);
  click(drawing, { x: 0.5, y: 0.5 });
  expect(drawing.masks).toEqual([]);
  drag(drawing, { x: 0.5, y: 0.5 }, { x: 3, y: -1 });
  expect(drawing.masks).toEqual([rectangle({ x: 0.5, y: 0 }, { x: 1, y: 0.5 })]);
});

test.each([
  ['Enter', (drawing: MaskDrawing) => void key(drawing, 'Enter')],
  ['a press on the first corner', (drawing: MaskDrawing) => click(drawing, { x: 0.1, y: 0.1 })],
  ['a double click', (drawing: MaskDrawing) => click(drawing, { x: 0.9, y: 0.9 })],
])('a polygon is closed by %s', (_, close) => {
  const drawing = new MaskDrawing([square]);
  drawing.use('polygon');
  const corners = [
    { x: 0.1, y: 0.1 },
    { x: 0.9, y: 0.2 },
    { x: 0.9, y: 0.9 },
  ];
  for (const corner of corners) click(drawing, corner);
  expect(drawing.masks).toHaveLength(1);
  close(drawing);
  expect(drawing.masks[1]).toEqual({ points: corners });
});

test('Escape drops the shape that is being drawn', () => {
  const drawing = new MaskDrawing([]);
  drawing.use('polygon');
  click(drawing, { x: 0.1, y: 0.1 });
  key(drawing, 'Escape');
  expect(drawing.draft).toEqual([]);
  expect(drawing.masks).toEqual([]);
});

test('arrow keys move what is chosen, a mask or one point, and Shift further', () => {
  const drawing = new MaskDrawing([square]);
  expect(key(drawing, 'ArrowRight')).toBe(false); // Nothing is chosen: the page may scroll.
  drawing.chosen = { mask: 0 };
  key(drawing, 'ArrowRight');
  key(drawing, 'ArrowDown', true);
  expect(drawing.masks[0]?.points[0]).toEqual({ x: 0.2025, y: 0.225 });
  drawing.chosen = { mask: 0, point: 0 };
  key(drawing, 'ArrowLeft');
  expect(drawing.masks[0]?.points[0]).toEqual({ x: 0.2, y: 0.225 });
  expect(drawing.masks[0]?.points[1]).toEqual({ x: 0.4025, y: 0.225 });
});

test('masks and points are dragged, and nothing else changes', () => {
  const other = rectangle({ x: 0.6, y: 0.6 }, { x: 0.8, y: 0.8 });
  const drawing = new MaskDrawing([square, other]);
  drag(drawing, { x: 0.3, y: 0.3 }, { x: 0.4, y: 0.5 }, { mask: 0 });
  expect(drawing.masks[0]).toEqual(rectangle({ x: 0.3, y: 0.4 }, { x: 0.5, y: 0.6 }));
  drag(drawing, { x: 0.8, y: 0.8 }, { x: 1, y: 1 }, { mask: 1, point: 2 });
  expect(drawing.masks[1]?.points[2]).toEqual({ x: 1, y: 1 });
  expect(drawing.masks[1]?.points[0]).toEqual({ x: 0.6, y: 0.6 });
});

test('Delete takes a point, and with the last that makes a shape the mask', () => {
  const drawing = new MaskDrawing([square]);
  drawing.chosen = { mask: 0, point: 1 };
  key(drawing, 'Delete');
  expect(drawing.masks[0]?.points).toHaveLength(3);
  drawing.chosen = { mask: 0, point: 1 };
  key(drawing, 'Delete');
  expect(drawing.masks).toEqual([]);
});

test('keys alone are enough to draw, and what is drawn is what may be stored', () => {
  const drawing = new MaskDrawing([]);
  key(drawing, 'Enter');
  for (let step = 0; step < 100; step += 1) key(drawing, 'ArrowUp', true);
  expect(drawing.masks[0]?.points[0]?.y).toBe(0);
  drawing.use('rectangle');
  key(drawing, 'Enter');
  expect(Masks.parse(drawing.masks)).toHaveLength(2);
});

test('there are never more masks than may be stored', () => {
  const drawing = new MaskDrawing(Array.from({ length: 32 }, () => square));
  drawing.use('rectangle');
  key(drawing, 'Enter');
  expect(drawing.masks).toHaveLength(32);
});
