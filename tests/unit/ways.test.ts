import { expect, test } from 'vitest';
import { Ways } from '../../web/lib/session/ways.ts';

const webSocketFirst = ['websocket', 'polling'];
const requestsFirst = ['polling', 'websocket'];

test('a WebSocket is tried first, and requests after it failed', () => {
  const ways = new Ways();
  expect(ways.next(0)).toEqual(webSocketFirst);
  ways.failed();
  expect(ways.next(3000)).toEqual(requestsFirst);
});

test('where requests got through and a WebSocket did not, requests come first from then on', () => {
  const ways = new Ways();
  ways.failed();
  ways.opened('polling', 3000);
  expect(ways.next(60_000)).toEqual(requestsFirst);
});

test('after the change to a WebSocket, it comes first again', () => {
  const ways = new Ways();
  ways.failed();
  ways.opened('polling', 3000);
  ways.opened('websocket', 3500);
  expect(ways.next(60_000)).toEqual(webSocketFirst);
});

test('a server that is away is tried both ways in turn, and longer each', () => {
  const ways = new Ways();
  const tried = Array.from({ length: 4 }, () => {
    const way = ways.next(0)[0];
    const { patience } = ways;
    ways.failed();
    return [way, patience];
  });
  expect(tried).toEqual([
    ['websocket', 3000],
    ['polling', 3000],
    ['websocket', 6000],
    ['polling', 6000],
  ]);
});

test('WebSockets that are cut twice soon after they open are left alone for ten minutes', () => {
  const ways = new Ways();
  for (const at of [0, 2000]) {
    ways.opened('websocket', at);
    ways.lost(at + 1000);
  }
  expect(ways.next(3000)).toEqual(['polling']);
  expect(ways.next(604_000)).toEqual(webSocketFirst);
});

test('one that lasted for a while is no sign of a proxy', () => {
  const ways = new Ways();
  for (const at of [0, 20_000, 40_000]) {
    ways.opened('websocket', at);
    ways.lost(at + 16_000);
  }
  expect(ways.next(57_000)).toEqual(webSocketFirst);
});
