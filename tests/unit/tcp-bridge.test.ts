/** Media over TCP behind a UDP port of this machine: packets keep their bounds, whatever TCP makes of them. */
import { createSocket, type Socket as Door } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TcpBridge } from '../../gateway/upload/tcp-bridge.ts';

let server: Server;
let client: Door;
let bridge: TcpBridge;
/** What has come to the server, framed as it is. */
let came: Buffer;
let line: Promise<Socket>;

beforeEach(async () => {
  came = Buffer.alloc(0);
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  line = once(server, 'connection').then(([socket]: Socket[]) => socket!);
  client = createSocket('udp4').bind(0, '127.0.0.1');
  await once(client, 'listening');
  const { port } = server.address() as AddressInfo;
  bridge = await TcpBridge.open({ ip: '127.0.0.1', port }, undefined);
  (await line).on('data', (bytes) => (came = Buffer.concat([came, bytes])));
});
afterEach(async () => {
  bridge.close();
  client.close();
  (await line).destroy();
  server.close();
});

const say = (text: string): void => client.send(text, bridge.place.port, '127.0.0.1');

test('each packet goes out after its length, and those of nobody else', async () => {
  say('hello');
  await expect.poll(() => came.toString('latin1')).toBe('\0\u0005hello');
  const stranger = createSocket('udp4');
  stranger.send('forged', bridge.place.port, '127.0.0.1');
  say('you');
  await expect.poll(() => came.toString('latin1')).toBe('\0\u0005hello\0\u0003you');
  stranger.close();
});

test('what comes is told apart, also where it comes in pieces', async () => {
  say('hello');
  await expect.poll(() => came.length).toBe(7);
  const packets: string[] = [];
  client.on('message', (packet) => packets.push(packet.toString()));
  const socket = await line;
  for (const byte of Buffer.from('\0\u0003one\0\u0005three\0', 'latin1')) {
    socket.write(Buffer.from([byte]));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  socket.write(Buffer.from('\u0004four', 'latin1'));
  await expect.poll(() => packets).toEqual(['one', 'three', 'four']);
});

test('it is told once that the connection has ended', async () => {
  let times = 0;
  bridge.onClosed = () => (times += 1);
  (await line).destroy();
  await expect.poll(() => times).toBe(1);
});

test('a server that is not there ends it, too', async () => {
  const { port } = server.address() as AddressInfo;
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const nowhere = (gone.address() as AddressInfo).port;
  gone.close();
  expect(nowhere).not.toBe(port);
  const other = await TcpBridge.open({ ip: '127.0.0.1', port: nowhere }, undefined);
  await new Promise<void>((resolve) => (other.onClosed = resolve));
});
