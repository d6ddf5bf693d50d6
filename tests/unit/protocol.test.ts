/** docs/protocol.md stays true: each of its examples is parsed by the schema it is an example of. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { projectFolder } from '../../server/config.ts';
import { errorCodes, RequestFault } from '../../server/contract/errors.ts';
import { clientEvents, Handshake, serverEvents } from '../../server/contract/events.ts';
import { apiPrefix } from '../../server/contract/route.ts';
import { cameraRequests } from '../../server/contract/steering.ts';
import { healthRoutes, routes } from '../../server/contract/routes.ts';

const text = readFileSync(path.join(projectFolder, 'docs/protocol.md'), 'utf8');
const examples = new Map(
  [...text.matchAll(/```json (\S+)\n([\s\S]*?)```/g)].map(([, name = '', json = '']) => [
    name,
    json,
  ]),
);

const schemas = new Map<string, z.ZodType>([
  ['handshake', Handshake],
  ['error', RequestFault],
  ...Object.entries(clientEvents).flatMap(
    ([name, { request, response }]): [string, z.ZodType][] => [
      [`${name}/request`, request],
      [`${name}/response`, response],
    ],
  ),
  ...Object.entries(serverEvents),
  ...Object.entries(cameraRequests).flatMap(
    ([name, { request, answer }]): [string, z.ZodType][] => [
      [`${name}/to-camera`, request],
      [`${name}/answer`, answer],
    ],
  ),
]);

test('every message has an example, and every example is of a message', () => {
  expect([...examples.keys()].sort()).toEqual([...schemas.keys()].sort());
});

test.each([...examples])('the example of %s fits its schema', (name, json) => {
  expect(schemas.get(name)?.safeParse(JSON.parse(json)).error).toBeUndefined();
});

test('every error code is explained', () => {
  for (const code of errorCodes) expect(text).toContain(`\`${code}\``);
});

test('every request over HTTP is in the table, and nothing else', () => {
  const told = [...text.matchAll(/^\| `([A-Z]+ \/api\S*)`/gm)].map(([, request]) => request);
  const known = Object.values(routes).flatMap((group) =>
    Object.values(group).map(({ method, path }) => `${method} ${apiPrefix}${path}`),
  );
  expect(told).toEqual(known);
});

test('so are the requests of health and metrics', () => {
  for (const { method, path } of Object.values(healthRoutes)) {
    expect(text).toContain(`| \`${method} ${path}\` `);
  }
});
