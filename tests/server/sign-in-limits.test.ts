/** The limits of a sign-in by time, on a server whose limits are seconds. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../../server/store/store.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { enrol, setUp, Visitor } from '../support/visitor.ts';

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({
    TLS_ENABLED: 'false',
    ACCESS_MODE: 'accounts',
    ACCESS_IDLE_LIMIT: '3000',
    ACCESS_ABSOLUTE_LIMIT: '8000',
    ACCESS_ENROLMENT_LIFETIME: '1000',
  });
  await setUp(server);
});
afterAll(async () => {
  await server?.stop();
});

const pause = (duration: number) => new Promise((resolve) => setTimeout(resolve, duration));
const code = async (visitor: Visitor) => (await visitor.ask('GET', '/api/me')).code;

// They wait, each for its own.
describe.concurrent('a sign-in', () => {
  test('one that is used goes on past the idle limit, and ends at the absolute one', async () => {
    const visitor = new Visitor(server.url);
    await visitor.signIn('Ada');
    const began = Date.now();
    while (Date.now() - began < 6000) {
      expect(await code(visitor)).toBeUndefined();
      await pause(900);
    }
    await pause(8300 - (Date.now() - began));
    expect(await code(visitor)).toBe('unauthenticated');
  });

  test('one that is not used ends at the idle limit', async () => {
    const visitor = new Visitor(server.url);
    await visitor.signIn('Ada');
    await pause(3100);
    expect(await code(visitor)).toBe('unauthenticated');
  });

  test('an open console is use', async () => {
    const visitor = new Visitor(server.url);
    await visitor.signIn('Ada');
    const socket = visitor.socket();
    await socket.connected();
    await pause(4500);
    expect(socket.socket.connected).toBe(true);
    expect(await code(visitor)).toBeUndefined();
    socket.close();
  });

  test('an enrolled device outlives both, and an enrolment link does not outlive its own', async () => {
    const administrator = new Visitor(server.url);
    await administrator.signIn('Ada');
    const device = await enrol(server, await administrator.addKey('camera', '*'));
    const late = await administrator.addKey('camera', '*');
    await pause(8100);
    expect(await code(device)).toBeUndefined();
    const { enrolment } = late;
    const reply = await new Visitor(server.url).ask('POST', '/api/enrol', {
      token: enrolment.token,
    });
    expect(reply.code).toBe('sign-in-failed');
  });
});

test('what has expired is deleted from the store, and what has not is not', async () => {
  const store = await openStore(server.store, { readOnly: true });
  try {
    const visitor = new Visitor(server.url);
    const began = Date.now();
    await visitor.signIn('Ada');
    const kept = async () => (await store.signIns.list()).map(({ createdAt }) => createdAt);
    expect((await kept()).some((at) => at >= began)).toBe(true);
    // It ends after 3 s, and is deleted at the second look after that.
    await expect
      .poll(async () => (await kept()).some((at) => at >= began), { timeout: 12_000 })
      .toBe(false);
    // The device of the test before is enrolled still.
    expect((await store.signIns.list()).map(({ keyId }) => keyId)).not.toEqual([]);
  } finally {
    await store.close();
  }
});
