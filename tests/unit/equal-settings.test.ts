/** What has to be the same at all nodes: each setting that is not is named, and nobody can read it from what is told. */
import { expect, test } from 'vitest';
import { fingerprintsOf, requireEqual } from '../../server/cluster/equal-settings.ts';
import type { NodeRecord } from '../../server/cluster/directory/nodes.ts';
import { loadSettings } from '../../server/config.ts';

const settingsWith = (more: Record<string, string> = {}) =>
  loadSettings({
    SURVEILLANCE_CLUSTER_SECRET: 'known to the nodes of this test alone',
    SURVEILLANCE_TURN_SECRET: 'of the TURN server',
    ...more,
  });
const signOn = {
  SURVEILLANCE_OIDC_CLIENT_ID: 'surveillance',
  SURVEILLANCE_OIDC_PUBLIC_URL: 'https://console.example',
};
const own = fingerprintsOf(settingsWith(), 'mark');
const north = (fingerprints: NodeRecord['fingerprints']): NodeRecord => ({
  ...{ name: 'north', boot: 'run', address: { host: '127.0.0.1', port: 1 }, version: '1' },
  ...{ load: 0, zones: 0, sessions: 0, draining: false, fingerprints },
});

test.each([
  ['cluster.secret', { SURVEILLANCE_CLUSTER_SECRET: 'known to this one node of the test alone' }],
  ['access.mode', { SURVEILLANCE_ACCESS_MODE: 'open' }],
  ['oidc.issuer', { SURVEILLANCE_OIDC_ISSUER: 'https://other.example', ...signOn }],
  ['oidc.client_id', { SURVEILLANCE_OIDC_CLIENT_ID: 'another' }],
  ['oidc.public_url', { SURVEILLANCE_OIDC_PUBLIC_URL: 'https://another.example' }],
  ['oidc.client_secret', { SURVEILLANCE_OIDC_CLIENT_SECRET: 'of another provider' }],
  ['turn.secret', { SURVEILLANCE_TURN_SECRET: 'of another TURN server' }],
])('another %s is told by its name', (setting, more) => {
  const theirs = fingerprintsOf(settingsWith(more), 'mark');
  expect(() => requireEqual(own, [north(theirs)])).toThrow(
    `The setting ${setting} is not the same here as at the node north`,
  );
});

test('another database is told, and a node of the same settings, or of a version that tells nothing, is none to refuse', () => {
  const theirs = fingerprintsOf(settingsWith(), 'another mark');
  expect(() => requireEqual(own, [north(theirs)])).toThrow('uses another database than this one');
  requireEqual(own, [north(own), north(undefined), north({ 'of.a.later.version': 'x' })]);
});

test('what is told tells nothing of a secret', () => {
  expect(JSON.stringify(own)).not.toContain('TURN server');
  const other = settingsWith({ SURVEILLANCE_CLUSTER_SECRET: 'another secret of another cluster!' });
  // Whoever does not know the cluster's secret cannot try others' secrets on what is told.
  expect(fingerprintsOf(other, 'mark')['turn.secret']).not.toBe(own['turn.secret']);
});
