/** The token of the server's own gateway: for its zones, while it runs, and nobody else's. */
import { expect, test } from 'vitest';
import { may } from '../../server/contract/policy.ts';
import { SiteCamera } from '../../server/contract/gateway.ts';
import { OwnPass } from '../../server/own-gateway/pass.ts';
import { openGate } from '../../server/access/identity.ts';
import type { Gate } from '../../server/access/caller.ts';

const camera = SiteCamera.parse({ name: 'yard', zone: 'YARD-1', url: 'rtsp://10.0.0.9/main' });
const closed: Gate = { ...openGate, identify: async () => undefined, renew: async () => undefined };

test('it films the zones of its cameras, and does nothing else', async () => {
  const pass = new OwnPass('server', [camera]);
  pass.valid = true;
  const gate = pass.around(closed);
  const caller = await gate.identify({ key: pass.token });
  if (!caller) throw new Error('its token is good');
  expect(may(caller.principal, 'zone:film', 'YARD-1')).toBe(true);
  expect(may(caller.principal, 'zone:film', 'YARD-2')).toBe(false);
  expect(may(caller.principal, 'zone:watch', 'YARD-1')).toBe(false);
  expect(may(caller.principal, 'keys:manage')).toBe(false);
  expect(await gate.renew(caller)).toBe(caller);
});

test('without its process nobody has it, and what it opened is over', async () => {
  const pass = new OwnPass('server', [camera]);
  const gate = pass.around(closed);
  expect(await gate.identify({ key: pass.token })).toBeUndefined();
  pass.valid = true;
  const caller = await gate.identify({ key: pass.token });
  pass.valid = false;
  expect(caller && (await gate.renew(caller))).toBeUndefined();
});

test('any other key is what it was, and each run has a token of its own', async () => {
  const pass = new OwnPass('server', [camera]);
  pass.valid = true;
  expect(await pass.around(closed).identify({ key: `${pass.token}x` })).toBeUndefined();
  expect(await pass.around(openGate).identify({})).toEqual(await openGate.identify({}));
  expect(new OwnPass('server', [camera]).token).not.toBe(pass.token);
});
