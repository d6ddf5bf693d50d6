/** Which first steps a site has, and where each leads. */
import { expect, test } from 'vitest';
import { asksForDemonstration } from '../../web/lib/demonstration/address.ts';
import { drawScene } from '../../web/lib/demonstration/scene.ts';
import { stepsOf } from '../../web/lib/first-run/steps.ts';

test('with accounts a site needs a camera, an operator and a wall; without them a camera', () => {
  const told = { camera: true, operator: false, wall: false };
  expect(stepsOf(told).map(({ id, done }) => [id, done])).toEqual([
    ['camera', true],
    ['operator', false],
    ['wall', false],
  ]);
  expect(stepsOf({ camera: false, wall: true }).map(({ id }) => id)).toEqual(['camera']);
});

test('the way to the demonstration asks for it, and no other does', () => {
  const ways = stepsOf({ camera: false, operator: false, wall: false }).flatMap(
    (step) => step.ways,
  );
  const asking = ways.filter(({ address }) => asksForDemonstration(address.replace(/^.*\?/, '?')));
  expect(asking.map(({ id }) => id)).toEqual(['demonstrate']);
});

test('the scene moves with time, and carries its words', () => {
  const drawn = (time: number): string => {
    const seen: unknown[] = [];
    drawScene(
      {
        canvas: { width: 640, height: 360 } as HTMLCanvasElement,
        ...{ fillStyle: '', font: '', textAlign: 'left', textBaseline: 'top' },
        fillRect: (...place: number[]) => seen.push(place),
        fillText: (text: string) => seen.push(text),
      },
      time,
      ['Demonstration', '14:02:00'],
    );
    return JSON.stringify(seen);
  };
  expect(drawn(1)).toBe(drawn(1));
  expect(drawn(1)).not.toBe(drawn(1.1));
  expect(drawn(1)).toContain('Demonstration');
});
