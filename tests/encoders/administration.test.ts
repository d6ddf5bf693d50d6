/** Sessions of WHIP in the administration: seen with the others, told apart, and ended. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditPage } from '../../server/contract/audit.ts';
import { faults } from '../support/axe.ts';
import { framesFlow } from '../support/browser.ts';
import { startScript, type ProgramPeer } from '../support/encoders/programs.ts';
import { EncoderScene } from '../support/encoders/scene.ts';
import { join, Visitor } from '../support/visitor.ts';

const zone = 'ENC-GATE-01';
let scene: EncoderScene;
let encoder: ProgramPeer;
beforeAll(async () => {
  scene = await EncoderScene.open();
  encoder = await startScript('webrtcbin', 'publish', scene.door('whip', zone), 'VP8');
});
afterAll(async () => {
  await encoder?.stop();
  await scene?.close();
});

test('a row says who films what by WHIP, how much it sends, and whether in vain; it is ended there', async () => {
  const page = await scene.console('/admin#sessions');
  const row = page.getByRole('row', { name: new RegExp(`films ${zone} by WHIP`) });
  await row.getByText('sends unwatched').waitFor();
  await expect
    .poll(() => row.textContent())
    .toMatch(/camera of ENC-\*.*key.*[kM]bit\/s.*127\.0\.0\.1.*connected/);
  expect(await faults(page)).toEqual([]);

  const operator = await scene.watch(zone);
  await framesFlow(operator);
  const roll = scene.administrator.socket();
  const { zones } = await roll.request('zones:list', {
    pattern: zone,
    live: true,
    from: '',
    count: 9,
  });
  expect(zones).toMatchObject([{ id: zone, camera: 'streaming', label: 'WHIP · camera of ENC-*' }]);
  roll.close();
  await row.getByText('sends unwatched').waitFor({ state: 'detached' });

  await row.getByRole('button', { name: `End: films ${zone} by WHIP` }).click();
  await row.getByRole('button', { name: 'End', exact: true }).click();
  await page.getByText('The session of camera of ENC-* is ended.').waitFor();
  await row.waitFor({ state: 'detached' });
  await expect.poll(() => encoder.output()).toMatch(/"(closed|failed|disconnected)"/);
  const { records } = await scene.administrator.request<AuditPage>(
    'GET',
    '/api/audit?kind=sign-in',
  );
  expect(records[0]).toMatchObject({
    action: 'session-ended',
    actor: { name: 'ada' },
    zone,
    detail: { of: 'camera of ENC-*', by: 'WHIP' },
  });
});

test('nobody but administrators sees or ends them', async () => {
  const path = '/api/v1/resources';
  const olga = await join(scene.server, scene.administrator, 'olga', [
    { role: 'operator', zones: '*' },
  ]);
  expect((await olga.ask('GET', path)).status).toBe(403);
  expect((await olga.ask('DELETE', `${path}/abc`)).status).toBe(403);
  expect((await new Visitor(scene.server.url).ask('GET', path)).status).toBe(401);
  expect((await scene.administrator.ask('DELETE', `${path}/abc`)).status).toBe(404);
});
