/** One budget of refused passwords for all that signs in at a camera. */
import { expect, test } from 'vitest';
import { PasswordBudget } from '../../gateway/camera/password-budget.ts';

test('three refusals in all, by whomever; an acceptance takes back those of its own way alone', () => {
  const budget = new PasswordBudget();
  const [streams, onvif] = [budget.share(), budget.share()];
  // ONVIF lets it in each time, RTSP never does: that is no reason to go on trying there.
  for (let tries = 0; tries < 3; tries += 1) {
    expect(streams.begin()).toBe(true);
    streams.outcome('refused');
    if (tries < 2) {
      expect(onvif.begin()).toBe(true);
      onvif.outcome('accepted');
    }
  }
  expect(streams.spent && onvif.spent).toBe(true);
  expect(streams.begin() || onvif.begin()).toBe(false);
});

test('tries under way count as if they were refused, until it is known', () => {
  const budget = new PasswordBudget();
  const [one, other] = [budget.share(), budget.share()];
  expect([one.begin(), one.begin(), other.begin(), other.begin()]).toEqual([
    true,
    true,
    true,
    false,
  ]);
  one.outcome('unknown');
  expect(other.begin()).toBe(true);
  expect(other.spent).toBe(false);
});

test('an acceptance takes back what was refused before on the same way', () => {
  const budget = new PasswordBudget();
  const share = budget.share();
  for (const outcome of ['refused', 'refused', 'accepted', 'refused', 'refused'] as const) {
    expect(share.begin()).toBe(true);
    share.outcome(outcome);
  }
  expect(share.spent).toBe(false);
});
