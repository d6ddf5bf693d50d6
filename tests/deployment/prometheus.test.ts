/** Rules, dashboard and scrape are checked by Debian's promtool, and fit what the server really says. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { parse } from 'yaml';
import { projectFolder } from '../../server/config.ts';
import { Metrics as GatewayMetrics } from '../../gateway/metrics.ts';
import { FakeCamera } from '../support/fake-camera.ts';
import { testWith } from '../support/prerequisites.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const test = testWith(['promtool']);
const folder = path.join(projectFolder, 'deployment/prometheus');
const read = (name: string): string =>
  readFileSync(path.join(projectFolder, 'deployment', name), 'utf8');

function promtool(args: string[], input?: string): string {
  const { status, stdout, stderr } = spawnSync('promtool', args, {
    cwd: folder,
    encoding: 'utf8',
    ...(input === undefined ? {} : { input }),
  });
  expect(status, `${stdout}${stderr}`).toBe(0);
  return stdout + stderr;
}

test('the configuration and its rules are valid, and the alerts ring when they should', () => {
  expect(promtool(['check', 'config', 'prometheus.yml'])).toContain('17 rules found');
  expect(promtool(['test', 'rules', 'alerts.test.yml'])).toContain('SUCCESS');
});

describe('what is scraped', () => {
  let server: RunningServer;
  let scrape: string;
  beforeAll(async () => {
    server = await startServer({ TLS_ENABLED: 'false' });
    const ofServer = await (await fetch(`${server.url}/metrics`)).text();
    const { life } = new FakeCamera();
    const ofGateway = await new GatewayMetrics().render({
      lives: () => [life],
      connected: () => true,
    });
    const own = ofGateway.split('\n').filter((line) => line.includes('surveillance_gateway_'));
    scrape = `${ofServer}${own.join('\n')}\n`;
  });
  afterAll(async () => {
    await server?.stop();
  });

  test('promtool finds nothing to complain of in our own metrics', () => {
    const own = scrape.split('\n').filter((line) => /(^| )surveillance_/.test(line));
    expect(own.length).toBeGreaterThan(50);
    expect(promtool(['check', 'metrics'], `${own.join('\n')}\n`)).toBe('');
  });

  test('dashboard and alerts ask only for metrics and labels that exist', () => {
    const dashboard = JSON.parse(read('grafana/dashboard.json')) as {
      panels: { title: string; targets: { expr: string }[] }[];
    };
    const alerts = parse(read('prometheus/alerts.yml')) as {
      groups: { rules: { alert: string; expr: string }[] }[];
    };
    const asked = [
      ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
      ...alerts.groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
    ];
    expect(asked.length).toBeGreaterThan(20);
    const described = new Set([...scrape.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name));
    for (const expression of asked) {
      for (const [name] of expression.matchAll(/\b(surveillance|process)_\w+/g)) {
        expect(described, expression).toContain(name.replace(/_bucket$/, ''));
      }
      const quoted = /(\w+)\{(state|direction|outcome)="(\w+)"/g;
      for (const [, name = '', label = '', value = ''] of expression.matchAll(quoted)) {
        expect(scrape, expression).toMatch(new RegExp(`^${name}\\{[^}]*${label}="${value}"`, 'm'));
      }
    }
    // As a query each of them is parsed by promtool too, in the form of a rule.
    const rules = asked.map((expr, index) => ({ record: `checked:rule:${index}`, expr }));
    const own = mkdtempSync(path.join(tmpdir(), 'surveillance-rules-'));
    const file = path.join(own, 'rules.yml');
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'checked', rules }] }));
    expect(promtool(['check', 'rules', file])).toContain(`${asked.length} rules found`);
    rmSync(own, { recursive: true });
  });
});
