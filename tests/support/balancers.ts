/** Debian's nginx and HAProxy with the files for several nodes in deployment/, on free ports and in folders of their own. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generate } from 'selfsigned';
import { projectFolder } from '../../server/config.ts';
import { launchNginx } from './nginx.ts';
import { answers, fillIn, startCompanion } from './process.ts';
import { freePort } from './server.ts';

export interface RunningBalancer {
  readonly url: string;
  readonly plainUrl: string;
  stop(): Promise<void>;
}

/** The nodes of the files in deployment/. */
export const nodeNames = ['north', 'south', 'west'] as const;
type Ports = readonly [number, number, number];

/** @param ports of the nodes, in the order of their names */
export const balancers: Record<string, (ports: Ports) => Promise<RunningBalancer>> = {
  nginx: (ports) => launchNginx('nginx.cluster.conf', addresses(ports)),
  haproxy: startHaproxy,
};

async function startHaproxy(ports: Ports): Promise<RunningBalancer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-haproxy-'));
  const [plainPort, port, certbot] = [await freePort(), await freePort(), await freePort()];
  const pem = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec' });
  writeFileSync(path.join(folder, 'site.pem'), `${pem.cert}\n${pem.private}\n`);
  const text = readFileSync(path.join(projectFolder, 'deployment/haproxy.cluster.cfg'), 'utf8');
  const configuration = path.join(folder, 'haproxy.cfg');
  writeFileSync(
    configuration,
    fillIn(text, {
      ...addresses(ports),
      '    user haproxy\n    group haproxy\n': '',
      'maxconn 16384': 'maxconn 4096',
      'bind :80': `bind 127.0.0.1:${plainPort}`,
      'bind :443': `bind 127.0.0.1:${port}`,
      '127.0.0.1:8888': `127.0.0.1:${certbot}`,
      '/etc/haproxy/surveillance.pem': path.join(folder, 'site.pem'),
      'surveillance.example.org': 'localhost',
    }),
  );
  const plainUrl = `http://localhost:${plainPort}`;
  const companion = await startCompanion('/usr/sbin/haproxy', ['-db', '-f', configuration], () =>
    answers(plainUrl),
  );
  return {
    url: `https://localhost:${port}`,
    plainUrl,
    async stop() {
      companion.process.kill('SIGUSR1');
      await companion.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

function addresses(ports: Ports): Record<string, string> {
  return Object.fromEntries(
    ports.map((port, at) => [`10.0.0.1${at + 1}:5000`, `127.0.0.1:${port}`]),
  );
}
