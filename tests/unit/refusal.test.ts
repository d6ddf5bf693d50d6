/** Why no socket comes about: what a person is told. */
import { expect, test } from 'vitest';
import { refusalOf } from '../../web/lib/session/refusal.ts';

/** As engine.io's polling transport makes it. */
const polling = (description: number, responseText: string): Error =>
  Object.assign(new Error('xhr poll error'), { description, context: { responseText } });

test('a middleware’s refusal keeps its code and its sentence', () => {
  const refusal = refusalOf(new Error('throttled: This account has 64 connections open already.'));
  expect(refusal?.code).toBe('throttled');
  expect(refusal?.advice).toContain('This account has 64 connections open already.');
});

test('so does one that engine.io answers', () => {
  const message = 'forbidden: Pages of https://other.example may not speak to this server.';
  const refusal = refusalOf(polling(403, JSON.stringify({ code: 4, message })));
  expect(refusal?.code).toBe('forbidden');
  expect(refusal?.advice).toContain('Pages of https://other.example');
});

test('a proxy’s answer is told by its status', () => {
  expect(refusalOf(polling(502, '<html>Bad Gateway</html>'))?.advice).toContain('502');
});

test('where nothing answered there is nothing to tell', () => {
  expect(refusalOf(polling(0, ''))).toBeUndefined();
  expect(refusalOf(new Error('websocket error'))).toBeUndefined();
  expect(refusalOf(new Error('timeout'))).toBeUndefined();
});
