/** When large packets count as lost on the way. */
import { expect, test } from 'vitest';
import { LargePackets } from '../../server/cluster/pipes/large-packets.ts';

/** Looks each 250 ms at what has come and is asked for, until something is found. */
function watch(
  step: (look: number) => { packets: number; askedAgain: number; cameAgain: number },
  sentAgain: (look: number) => number,
) {
  const large = new LargePackets();
  for (let look = 0; look < 40; look += 1) {
    const finding = large.look(look * 250, step(look));
    if (finding === 'lost') return look * 250;
    if (finding === 'ask') large.answered(sentAgain(look));
  }
  return undefined;
}

test('what is sent again and never comes, while other packets do, is found in two seconds', () => {
  const found = watch(
    (look) => ({ packets: 10 * look, askedAgain: 6 * look, cameAgain: 0 }),
    (look) => 6 * look,
  );
  expect(found).toBeLessThanOrEqual(2000);
});

test('loss by chance, and a narrow link, bring some of it', () => {
  const found = watch(
    (look) => ({ packets: 10 * look, askedAgain: 6 * look, cameAgain: Math.floor(look / 3) }),
    (look) => 6 * look,
  );
  expect(found).toBeUndefined();
});

test('what a camera loses on its own way cannot be sent again, and is no fault of this one', () => {
  const found = watch(
    (look) => ({ packets: 10 * look, askedAgain: 6 * look, cameAgain: 0 }),
    () => 3,
  );
  expect(found).toBeUndefined();
});

test('where nothing comes at all, something else is wrong', () => {
  const found = watch(
    (look) => ({ packets: 5, askedAgain: 6 * look, cameAgain: 0 }),
    (look) => 6 * look,
  );
  expect(found).toBeUndefined();
});

test('a burst that was lost, and asked for in vain for a moment, is none', () => {
  const found = watch(
    (look) => ({ packets: 10 * look, askedAgain: Math.min(9, 6 * look), cameAgain: 0 }),
    (look) => 6 * look,
  );
  expect(found).toBeUndefined();
});
