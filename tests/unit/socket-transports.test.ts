import { expect, test } from 'vitest';
import { SocketTransports } from '../../web/lib/session/socket-transports.ts';

const webSocketFirst = ['websocket', 'polling'];
const requestsFirst = ['polling', 'websocket'];

test('a WebSocket is tried first, and requests after it failed', () => {
  const transports = new SocketTransports();
  expect(transports.next(0)).toEqual(webSocketFirst);
  transports.failed();
  expect(transports.next(3000)).toEqual(requestsFirst);
});

test('where requests got through and a WebSocket did not, requests come first from then on', () => {
  const transports = new SocketTransports();
  transports.failed();
  transports.opened('polling', 3000);
  expect(transports.next(60_000)).toEqual(requestsFirst);
});

test('after the change to a WebSocket, it comes first again', () => {
  const transports = new SocketTransports();
  transports.failed();
  transports.opened('polling', 3000);
  transports.opened('websocket', 3500);
  expect(transports.next(60_000)).toEqual(webSocketFirst);
});

test('a server that is away is tried both ways in turn, and longer each', () => {
  const transports = new SocketTransports();
  const tried = Array.from({ length: 4 }, () => {
    const transport = transports.next(0)[0];
    const { timeout } = transports;
    transports.failed();
    return [transport, timeout];
  });
  expect(tried).toEqual([
    ['websocket', 3000],
    ['polling', 3000],
    ['websocket', 6000],
    ['polling', 6000],
  ]);
});

test('WebSockets that are cut twice soon after they open are left alone for ten minutes', () => {
  const transports = new SocketTransports();
  for (const at of [0, 2000]) {
    transports.opened('websocket', at);
    transports.lost(at + 1000);
  }
  expect(transports.next(3000)).toEqual(['polling']);
  expect(transports.next(604_000)).toEqual(webSocketFirst);
});

test('one that lasted for a while is no sign of a proxy', () => {
  const transports = new SocketTransports();
  for (const at of [0, 20_000, 40_000]) {
    transports.opened('websocket', at);
    transports.lost(at + 16_000);
  }
  expect(transports.next(57_000)).toEqual(webSocketFirst);
});
