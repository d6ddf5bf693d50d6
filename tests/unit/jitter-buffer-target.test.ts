import { expect, test } from 'vitest';
import { JitterBufferTarget } from '../../web/lib/session/jitter-buffer-target.ts';

/** A feed of a hundred packets a second, of which so many are lost. */
class Feed {
  readonly #target = new JitterBufferTarget();
  readonly #roundTrip: number;
  #now = 0;
  #received = 0;
  #lost = 0;

  constructor(roundTrip: number) {
    this.#roundTrip = roundTrip;
    this.play(0, 1);
  }

  /** @param percent lost @returns how long the picture is held back at the end, ms */
  play(percent: number, seconds: number): number {
    let target = 0;
    for (let second = 0; second < seconds; second += 1) {
      this.#now += 1000;
      this.#lost += percent;
      this.#received += 100 - percent;
      target = this.#target.look({
        now: this.#now,
        received: this.#received,
        lost: this.#lost,
        roundTrip: this.#roundTrip,
      });
    }
    return target;
  }
}

test('without loss, a picture is not held back', () => {
  expect(new Feed(20).play(0, 60)).toBe(0);
  expect(new Feed(20).play(1, 60)).toBe(0);
});

test('with loss, it is held back for as long as packets take to be sent again', () => {
  expect(new Feed(1).play(10, 2)).toBe(198);
  expect(new Feed(50).play(10, 2)).toBe(345);
  expect(new Feed(900).play(10, 2)).toBe(400);
});

test('it is let go ten seconds after the loss, and not for a short pause of it', () => {
  const feed = new Feed(1);
  feed.play(10, 5);
  expect(feed.play(0, 8)).toBe(198);
  expect(feed.play(5, 1)).toBe(198);
  expect(feed.play(0, 12)).toBe(0);
});

test('one packet that is lost of few is not much loss', () => {
  const target = new JitterBufferTarget();
  target.look({ now: 0, received: 0, lost: 0, roundTrip: 1 });
  expect(target.look({ now: 1000, received: 9, lost: 1, roundTrip: 1 })).toBe(0);
});

test('packets that come late are no loss', () => {
  const target = new JitterBufferTarget();
  target.look({ now: 0, received: 0, lost: 50, roundTrip: 1 });
  expect(target.look({ now: 1000, received: 200, lost: 0, roundTrip: 1 })).toBe(0);
});
