/** Who comes through the doors of WHIP and WHEP: each key by its own door, in its own zones, and by nothing but its header. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NewKey } from '../../server/contract/api.ts';
import type { ResourceList } from '../../server/contract/whip.ts';
import { offers, sdpOf, wayLines } from '../support/offers.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { enrol, setUp, type Visitor } from '../support/visitor.ts';

type Kind = 'whip' | 'whep';
const kinds: Kind[] = ['whip', 'whep'];
const player = sdpOf([
  ...['m=video 9 UDP/TLS/RTP/SAVPF 96', 'a=mid:0', 'a=recvonly', 'a=rtcp-mux'],
  ...['a=rtpmap:96 VP8/90000', 'a=rtcp-fb:96 nack pli'],
]);
const offerOf: Record<Kind, string> = { whip: offers.gstreamer, whep: player };
const candidates = [...wayLines.slice(0, 2), 'a=end-of-candidates', ''].join('\r\n');
const studio = 'https://studio.example';

let server: RunningServer;
let ada: Visitor;
/** Of each role, for the zones DOOR-* and for others. */
let keys: Record<Kind, { own: NewKey; other: NewKey }>;

beforeAll(async () => {
  server = await startServer({
    TLS_ENABLED: 'false',
    ACCESS_MODE: 'accounts',
    HTTP_ALLOWED_ORIGINS: studio,
  });
  ada = await setUp(server);
  const pair = async (role: 'camera' | 'wall') => ({
    own: await ada.addKey(role, 'DOOR-*'),
    other: await ada.addKey(role, 'PARK-*'),
  });
  keys = { whip: await pair('camera'), whep: await pair('wall') };
});
afterAll(async () => {
  await server?.stop();
});

const bearer = ({ secret }: NewKey): Record<string, string> => ({
  authorization: `Bearer ${secret}`,
});
function ask(
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string,
): Promise<Response> {
  return fetch(`${server.url}${path}`, { method, headers, ...(body ? { body } : {}) });
}
const post = (kind: Kind, path: string, headers: Record<string, string>): Promise<Response> =>
  ask('POST', path, { ...headers, 'content-type': 'application/sdp' }, offerOf[kind]);
const patch = (path: string, headers: Record<string, string>): Promise<Response> => {
  const type = { 'content-type': 'application/trickle-ice-sdpfrag', 'if-match': '*' };
  return ask('PATCH', path, { ...type, ...headers }, candidates);
};
const sessions = async (): Promise<number> =>
  (await ada.request<ResourceList>('GET', '/api/v1/resources')).resources.length;

test.each(kinds)('%s takes keys of its role in their zones, and no others', async (kind) => {
  const otherKind = kind === 'whip' ? 'whep' : 'whip';
  const zone = `/${kind}/DOOR-${kind}-01`;
  for (const key of [keys[kind].other, keys[otherKind].own, keys[otherKind].other]) {
    const refused = await post(kind, zone, bearer(key));
    expect(refused.status).toBe(403);
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(await refused.json()).toMatchObject({ status: 403, code: 'forbidden' });
  }
  expect(await sessions()).toBe(0);
  // As zones are spelled everywhere: in either case.
  const made = await post(kind, zone.toLowerCase(), bearer(keys[kind].own));
  expect(made.status).toBe(201);
  const location = made.headers.get('location') ?? '';
  expect(location.startsWith(`/${kind}/DOOR-${kind.toUpperCase()}-01/`)).toBe(true);

  // Nobody else speaks of it: another key of the same role, one of the other, nobody.
  for (const key of [keys[kind].other, keys[otherKind].own]) {
    expect([403, 404]).toContain((await patch(location, bearer(key))).status);
    expect([403, 404]).toContain((await ask('DELETE', location, bearer(key))).status);
  }
  expect((await ask('DELETE', location, {})).status).toBe(401);
  expect(await sessions()).toBe(1);
  // Nor is it there through the other door.
  const elsewhere = location.replace(`/${kind}/`, `/${otherKind}/`);
  expect([403, 404]).toContain((await ask('DELETE', elsewhere, bearer(keys[kind].own))).status);
  expect((await patch(location, bearer(keys[kind].own))).status).toBe(204);
  expect((await ask('DELETE', location, bearer(keys[kind].own))).status).toBe(200);
  expect(await sessions()).toBe(0);
});

test.each(kinds)('%s takes a key from its header alone', async (kind) => {
  const { own } = keys[kind];
  const { secret } = own;
  const zone = `/${kind}/DOOR-KEYS-01`;
  const device = await enrol(server, own);
  const basic = Buffer.from(`x:${secret}`).toString('base64');
  const ways: [path: string, headers: Record<string, string>][] = [
    [zone, {}],
    [zone, device.headers],
    [zone, ada.headers],
    [`${zone}?access_token=${secret}`, {}],
    [`${zone}?token=${secret}`, {}],
    [zone, { authorization: secret }],
    [zone, { authorization: `Basic ${basic}` }],
    [zone, { authorization: 'Bearer' }],
    [zone, { authorization: `Bearer ${secret}x` }],
    [zone, { authorization: `Bearer ${'A'.repeat(4000)}` }],
  ];
  for (const [path, headers] of ways) {
    const refused = await post(kind, path, headers);
    expect(refused.status, JSON.stringify([path, headers]).slice(0, 90)).toBe(401);
    expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer/);
  }
  expect(await sessions()).toBe(0);
});

test.each(kinds)(
  'a key that is revoked ends its sessions of %s, and opens nothing',
  async (kind) => {
    const key = await ada.addKey(kind === 'whip' ? 'camera' : 'wall', 'DOOR-*');
    const made = await post(kind, `/${kind}/DOOR-REVOKED-01`, bearer(key));
    expect(made.status).toBe(201);
    await ada.request('DELETE', `/api/keys/${key.key.id}`);
    await expect.poll(sessions).toBe(0);
    expect((await patch(made.headers.get('location') ?? '', bearer(key))).status).toBe(401);
    expect((await post(kind, `/${kind}/DOOR-REVOKED-01`, bearer(key))).status).toBe(401);
  },
);

test.each(kinds)('what is not an address of %s is none, in any spelling', async (kind) => {
  const headers = bearer(keys[kind].own);
  for (const path of [
    ...[`/${kind}`, `/${kind}/`, `/${kind.toUpperCase()}/DOOR-01`, `/${kind}/DOOR-01/`],
    ...[`//${kind}/DOOR-01`, `/${kind}/DOOR-01/a/b`, `/x/../${kind}x/DOOR-01`],
  ]) {
    expect((await post(kind, path, headers)).status, path).toBe(404);
  }
  for (const zone of ['%', '%2F', '..%2FDOOR-01', 'DOOR_01', 'DOOR%0001', 'D'.repeat(65), '*']) {
    const { status } = await post(kind, `/${kind}/${zone}`, headers);
    expect([400, 403, 404], zone).toContain(status);
  }
  for (const id of ['x', 'x'.repeat(5000), '%00', 'north~x', '..%2f..%2fapi', 'é']) {
    const { status } = await ask('DELETE', `/${kind}/DOOR-01/${id}`, headers);
    expect([400, 404], id.slice(0, 20)).toContain(status);
  }
  expect(await sessions()).toBe(0);
});

test.each(kinds)(
  'a page of an origin that is named may ask %s for all that its clients ask',
  async (kind) => {
    // What the clients of npm send: @eyevinn/whip-web-client names its tag by a header of the request.
    for (const method of ['POST', 'PATCH', 'DELETE', 'OPTIONS']) {
      const preflight = await ask('OPTIONS', `/${kind}/DOOR-01`, {
        origin: studio,
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization,content-type,etag,if-match',
      });
      expect(preflight.status).toBe(204);
      const listed = (name: string): string[] =>
        (preflight.headers.get(name) ?? '').toLowerCase().split(/, */);
      expect(listed('access-control-allow-methods')).toContain(method.toLowerCase());
      expect(listed('access-control-allow-headers')).toEqual(
        expect.arrayContaining(['authorization', 'content-type', 'etag', 'if-match']),
      );
    }
    const foreign = await ask('OPTIONS', `/${kind}/DOOR-01`, { origin: 'https://evil.example' });
    expect(foreign.headers.get('access-control-allow-origin')).toBe(null);
  },
);
