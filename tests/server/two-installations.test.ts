/** Two servers on one host: browsers send the cookies of one to the other, whatever their ports. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type RunningServer } from '../support/server.ts';
import { enrol, password, setUp, Visitor } from '../support/visitor.ts';

let servers: RunningServer[];
let administrators: Visitor[];

beforeAll(async () => {
  const settings = { TLS_ENABLED: 'false', ACCESS_MODE: 'accounts' };
  servers = await Promise.all([startServer(settings), startServer(settings)]);
  administrators = await Promise.all(servers.map((server) => setUp(server)));
});
afterAll(async () => {
  await Promise.all(servers?.map((server) => server.stop()) ?? []);
});

/** What a browser does with what it was given at one port when it goes to another one. */
function carry(from: Visitor, to: Visitor): void {
  for (const pair of from.headers.cookie?.split('; ') ?? []) {
    const [name = '', value = ''] = pair.split('=');
    to.plant(name, value);
  }
}
const isIn = async (visitor: Visitor): Promise<boolean> =>
  (await visitor.ask('GET', '/api/me')).status === 200;

test('one browser is signed in at both, in whatever order, and out of one alone', async () => {
  const [first, second] = servers.map(({ url }) => new Visitor(url)) as [Visitor, Visitor];
  await first.signIn('Ada');
  carry(first, second);
  await second.signIn('Ada');
  carry(second, first);
  expect([await isIn(first), await isIn(second)]).toEqual([true, true]);
  await first.signIn('Ada', password);
  carry(first, second);
  expect([await isIn(first), await isIn(second)]).toEqual([true, true]);
  await second.request('POST', '/api/sign-out', {});
  expect([await isIn(first), await isIn(second)]).toEqual([true, false]);
});

test('a camera that is enrolled at one stays so when a person signs in at the other', async () => {
  const [server] = servers as [RunningServer];
  const camera = await enrol(server, await (administrators[0] as Visitor).addKey('camera', '*'));
  const person = new Visitor(servers[1]?.url ?? '');
  carry(camera, person);
  await person.signIn('Ada');
  carry(person, camera);
  expect(await camera.request('GET', '/api/me')).toMatchObject({ kind: 'key' });
  await camera.ask('GET', '/'); // Its page makes its sign-in last longer.
  expect(await camera.request('GET', '/api/me')).toMatchObject({ kind: 'key' });
});
