/** Whom a TURN server takes the server's clients for. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rtpCapabilities, tile } from '../support/client.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { join, setUp, type Visitor } from '../support/visitor.ts';

let server: RunningServer;
beforeAll(async () => {
  const turn = { TURN_URLS: 'turn:turn.example.org:3478', TURN_SECRET: 'north' };
  server = await startServer({ ...turn, ACCESS_MODE: 'accounts', TLS_ENABLED: 'false' });
});
afterAll(() => server?.stop());

test('all sessions of an account have one name there, so that its relays are counted together', async () => {
  const administrator = await setUp(server);
  const grants = [{ role: 'operator' as const, zones: '*' }];
  const [ben, cleo] = [
    await join(server, administrator, 'Ben', grants),
    await join(server, administrator, 'Cleo', grants),
  ];
  const holderOf = async (visitor: Visitor): Promise<string> => {
    const socket = visitor.socket();
    const answer = await socket.ask('watch', { tiles: [tile('TURN-01')], rtpCapabilities });
    socket.close();
    const text = JSON.stringify(answer);
    return /"username":"\d+:([^"]+)"/.exec(text)?.[1] ?? `none in ${text}`;
  };
  const names = await Promise.all([holderOf(ben), holderOf(ben), holderOf(cleo)]);
  expect(names[0]).toBe(names[1]);
  expect(names[0]).not.toBe(names[2]);
  // It is in coturn's log, where names of people do not belong.
  expect(names.join()).not.toMatch(/Ben|Cleo/);
});
