/** A node that is cut off the network, while another camera takes its zone elsewhere. In full length: tests/long. */
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { cutOffOwner } from '../support/cut-off-owner.ts';
import { NodesFarApart } from '../support/nodes-far-apart.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { testWith } from '../support/prerequisites.ts';

const test = testWith(['redis-server', 'ip', 'nft', 'nsenter', 'socat'], { namespaces: true });
const lease = 1500; // ms

describe.skipIf(!postgresPrograms)('nodes on hosts of their own', () => {
  let scene: NodesFarApart;
  beforeAll(async () => {
    scene = await NodesFarApart.start(lease);
  });
  afterAll(async () => scene?.close());

  test('an owner that was cut off lets go when it is back: one owner is left, and its viewers see what that one sends', async () => {
    const times = await cutOffOwner(scene, 'CBD-CUT-01', 6000);
    // A page tries again within 5 s; the lease has ended by then.
    expect(times.letGo).toBeLessThan(5000);
  });
});
