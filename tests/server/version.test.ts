/** The version: told by the banner, and by API and page to those who are signed in. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { banner } from '../../server/banner.ts';
import { loadSettings, projectFolder } from '../../server/config.ts';
import { WorkerReport } from '../../server/media/worker-report.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { setUp, Visitor } from '../support/visitor.ts';

const { version } = JSON.parse(readFileSync(path.join(projectFolder, 'package.json'), 'utf8')) as {
  version: string;
};
/** The build is told to whoever may see the page that it is of. */
const told = { version, build: expect.stringMatching(/^[0-9a-f]{12}$/) };
const inPage = `"version":"${version}"`;
let server: RunningServer | undefined;
afterEach(async () => {
  await server?.stop();
});

test('strangers are not told which version it is, people are, by API and page', async () => {
  server = await startServer({ TLS_ENABLED: 'false', ACCESS_MODE: 'accounts' });
  const ada = await setUp(server);
  const stranger = new Visitor(server.url);
  expect((await stranger.ask('GET', '/api/version')).code).toBe('unauthenticated');
  expect((await stranger.ask('GET', '/sign-in')).body).toContain('"version":null');
  expect((await stranger.ask('GET', '/readyz')).body).not.toHaveProperty('version');
  expect((await ada.ask('GET', '/api/version')).body).toEqual(told);
  expect((await ada.ask('GET', '/')).body).toContain(inPage);
});

test('in the open mode everyone is told', async () => {
  server = await startServer({ TLS_ENABLED: 'false', ACCESS_MODE: 'open' });
  const anyone = new Visitor(server.url);
  expect((await anyone.ask('GET', '/api/version')).body).toEqual(told);
  expect((await anyone.ask('GET', '/')).body).toContain(inPage);
});

test('the banner begins with it', () => {
  const facts = { settings: loadSettings({}), port: 5000, tls: undefined, setUpToken: undefined };
  const text = banner({ ...facts, workers: 1, workerProgram: WorkerReport.none });
  expect(text.trim().split('\n')[0]).toBe(`Smart City WebRTC Surveillance ${version}`);
});
