/** The table of HTTP routes is what the server does: who is let in, what is read, and what is answered. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { Principal } from '../../server/contract/access.ts';
import { may, type Action } from '../../server/contract/policy.ts';
import { addressOf, apiPrefix, type Route } from '../../server/contract/route.ts';
import { healthRoutes, routes } from '../../server/contract/routes.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { enrol, join, setUp, Visitor } from '../support/visitor.ts';

const table = Object.entries(routes).flatMap(([group, of]) =>
  Object.entries(of).map(([name, route]): [string, Route] => [`${group}.${name}`, route]),
);
/** Of which neither the operator nor the camera is granted anything. */
const zoneElsewhere = 'PARK-WEST-02';
const operator: Principal = {
  kind: 'person',
  id: 'oscar',
  name: 'Oscar',
  grants: [{ role: 'operator', zones: 'CBD-*' }],
};
const asks = (visitor: Visitor, { method, path }: Route) => {
  const address = apiPrefix + path.replace(':id', 'nobody').replace(':zone', zoneElsewhere);
  return visitor.ask(method, address, method === 'GET' ? undefined : { nonsense: true });
};

describe('each route', () => {
  let server: RunningServer;
  let ada: Visitor;
  let oscar: Visitor;
  let camera: Visitor;

  beforeAll(async () => {
    server = await startServer({ TLS_ENABLED: 'false', ACCESS_MODE: 'accounts' });
    ada = await setUp(server);
    oscar = await join(server, ada, operator.name, operator.grants);
    camera = await enrol(server, await ada.addKey('camera', 'CBD-*'));
  });
  afterAll(async () => {
    await server?.stop();
  });

  test.each(table)('%s asks strangers for a sign-in before it reads anything', async (_, route) => {
    const { code } = await asks(new Visitor(server.url), route);
    if (route.who === 'anyone') expect(code).not.toBe('unauthenticated');
    else expect(code).toBe('unauthenticated');
  });

  test.each(table.filter(([, { who }]) => who !== 'anyone' && who !== 'signed-in'))(
    '%s lets in whom the policy lets, and nobody else',
    async (_, route) => {
      const { path, who } = route;
      const zone = path.includes(':zone') ? zoneElsewhere : undefined;
      const lets =
        who === 'person' || [who].flat().some((action) => may(operator, action as Action, zone));
      const { code } = await asks(oscar, route);
      if (lets) expect(code).not.toBe('forbidden');
      else expect(code).toBe('forbidden');
      expect((await asks(camera, route)).code).toBe('forbidden');
    },
  );

  test.each(table.filter(([, { body }]) => body))(
    '%s refuses a body that is not of its schema',
    async (_, route) => {
      const { status, code } = await asks(ada, route);
      expect([status, code]).toEqual([400, 'invalid-request']);
    },
  );

  test.each(
    table.filter(([, { method, answer }]) => method === 'GET' && typeof answer !== 'string'),
  )('%s answers what it says, and nothing beside', async (_, route) => {
    const { status, body } = await asks(ada, route);
    expect(status).toBe(200);
    expect((route.answer as z.ZodType).parse(body)).toEqual(body);
  });

  test('health is told to strangers, in just what it says', async () => {
    for (const route of [healthRoutes.live, healthRoutes.ready]) {
      const { status, body } = await new Visitor(server.url).ask(route.method, addressOf(route));
      expect(status).toBe(200);
      expect((route.answer as z.ZodType).parse(body)).toEqual(body);
    }
  });

  test('a path that is not in the table is nobody’s', async () => {
    expect((await ada.ask('GET', '/api/people/nobody')).status).toBe(404);
    expect((await ada.ask('GET', '/api/teapots')).status).toBe(404);
  });
});
