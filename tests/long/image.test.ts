/**
 * The Dockerfile, line by line in a Debian of its own, then the server started from the result. By hand, as it takes a
 * minute for the Debian, and two to four for the packages and the build.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect } from 'vitest';
import { projectFolder } from '../../server/config.ts';
import { Client, rtpCapabilities, tile } from '../support/client.ts';
import { Builder, inContainer } from '../support/image.ts';
import { testWith } from '../support/prerequisites.ts';
import { startCompanion } from '../support/process.ts';
import { freePort } from '../support/server.ts';

const test = testWith(['debootstrap', 'apt-get', 'npm', 'unshare'], { namespaces: true });
let builder: Builder | undefined;
afterAll(() => builder?.remove());

test(
  'every line of the Dockerfile runs, and what comes of it serves',
  { timeout: 15 * 60_000 },
  async () => {
    builder = new Builder();
    builder.makeBase();
    const text = readFileSync(path.join(projectFolder, 'deployment/Dockerfile'), 'utf8');
    const image = builder.build(text, (line) => console.log(line.slice(0, 100)));
    expect(image.user).toBe('surveillance');
    const port = await freePort();
    const env = {
      SURVEILLANCE_HTTP_HOST: '127.0.0.1',
      SURVEILLANCE_HTTP_PORT: `${port}`,
      SURVEILLANCE_TLS_ENABLED: 'false',
      SURVEILLANCE_ACCESS_MODE: 'open',
      SURVEILLANCE_MEDIA_PORT: '0',
      SURVEILLANCE_MEDIA_LISTEN: '127.0.0.1',
    };
    const health = (): number | null => {
      const [program, ...args] = inContainer(image, image.healthCheck, env);
      return spawnSync(program, args).status;
    };
    expect(health()).toBe(1);
    const [program, ...args] = inContainer(image, image.command, env);
    const server = await startCompanion(program, args, (output) => output.includes('server ready'));
    try {
      expect(health()).toBe(0);
      const page = await (await fetch(`http://127.0.0.1:${port}/`)).text();
      expect(page).toContain('Urban Surveillance Command Console');
      const client = new Client(`http://127.0.0.1:${port}`);
      const answer = await client.ask('watch', { tiles: [tile('IMAGE-01')], rtpCapabilities });
      expect(answer.ok).toBe(true);
      client.close();
    } finally {
      await server.stop();
    }
    expect(server.process.exitCode).toBe(0);
  },
);
