import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { longestWait, Pacer } from '../../gateway/upload/pacer.ts';

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('The pacer', () => {
  it('lets at once what there is room for, without a timer', () => {
    const pacer = new Pacer(40_000_000);
    expect(pacer.mayGo(1200)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('spreads a large picture over the time that the way takes for it, sub streams before main streams', () => {
    const pacer = new Pacer(3_000_000);
    const gone: { turn: number; at: number }[] = [];
    const begun = performance.now();
    for (const turn of [1, 0] as const) {
      for (let packet = 0; packet < 50; packet += 1) {
        const note = (): void => void gone.push({ turn, at: performance.now() - begun });
        if (pacer.mayGo(1200)) note();
        else pacer.add(turn, 1200, note);
      }
    }
    expect(gone.length).toBeLessThan(10);
    const wait = pacer.wait(1);
    vi.advanceTimersByTime(400);
    expect(gone).toHaveLength(100);
    const took = gone.at(-1)!.at;
    expect(Math.abs(took - (100 * 1200 * 8) / 3000)).toBeLessThan(30);
    expect(Math.abs(took - wait)).toBeLessThan(20);
    const lastOfSub = gone.findLastIndex(({ turn }) => turn === 0);
    expect(gone.slice(lastOfSub + 1).length).toBeGreaterThan(40);
    expect(wait).toBeGreaterThan(longestWait[1]);
  });

  it('lets nothing wait for what is not to be sent any more', () => {
    const pacer = new Pacer(1_000_000);
    while (pacer.mayGo(1000));
    let sent = 0;
    let isDue = true;
    for (let packet = 0; packet < 100; packet += 1)
      pacer.add(
        1,
        1000,
        () => void (sent += 1),
        () => isDue,
      );
    expect(pacer.wait(1)).toBeGreaterThan(500);
    isDue = false;
    vi.advanceTimersByTime(1);
    expect(pacer.wait(1)).toBe(0);
    expect(sent).toBeLessThan(3);
  });

  it('fills what room is left while it is told to, and no more', () => {
    const pacer = new Pacer(2_000_000);
    let [filled, sent] = [0, 0];
    pacer.fill(() => {
      filled += 1000;
      return 1000;
    });
    const timer = setInterval(() => {
      if (pacer.mayGo(1000)) sent += 1000;
      else pacer.add(0, 1000, () => void (sent += 1000));
    }, 10);
    vi.advanceTimersByTime(1000);
    clearInterval(timer);
    pacer.fill(undefined);
    const before = filled;
    vi.advanceTimersByTime(1000);
    expect(sent).toBeGreaterThan(95_000);
    expect(Math.abs(filled + sent - 250_000)).toBeLessThan(15_000);
    expect(filled - before).toBeLessThanOrEqual(1000);
  });

  it('sends nothing that waits once it is closed', () => {
    const pacer = new Pacer(1000);
    let sent = 0;
    while (pacer.mayGo(1000));
    pacer.add(0, 1000, () => void (sent += 1));
    pacer.close();
    vi.advanceTimersByTime(60_000);
    expect(sent).toBe(0);
    expect(pacer.wait(1)).toBe(0);
  });
});
