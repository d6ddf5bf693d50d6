/** Debian's coturn with deployment/coturn.conf, on a host of a lab. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generate } from 'selfsigned';
import { projectFolder } from '../../server/config.ts';
import type { Host } from './lab.ts';
import { fillIn, startCompanion, type Companion } from './process.ts';

export interface RunningCoturn extends Companion {
  /** The file of its certificate, which nobody has signed. */
  readonly certificate: string;
}

export async function startCoturn(
  host: Host,
  mediaAddress: string,
  secret: string,
  edits: Record<string, string> = {},
): Promise<RunningCoturn> {
  const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-coturn-'));
  const pem = await generate([{ name: 'commonName', value: host.address }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: host.address }] }],
  });
  writeFileSync(path.join(folder, 'cert.pem'), pem.cert);
  writeFileSync(path.join(folder, 'key.pem'), pem.private);
  const live = '/etc/letsencrypt/live/turn.example.org';
  const text = readFileSync(path.join(projectFolder, 'deployment/coturn.conf'), 'utf8');
  const filled = fillIn(text, {
    [`${live}/fullchain.pem`]: path.join(folder, 'cert.pem'),
    [`${live}/privkey.pem`]: path.join(folder, 'key.pem'),
    'static-auth-secret=change-me': `static-auth-secret=${secret}`,
    'allowed-peer-ip=203.0.113.5': `allowed-peer-ip=${mediaAddress}`,
    ...edits,
  });
  const file = path.join(folder, 'turnserver.conf');
  const own = [`listening-ip=${host.address}`, `relay-ip=${host.address}`, 'relay-threads=1'];
  writeFileSync(file, `${filled}\n${own.join('\n')}\npidfile=${folder}/pid\nuserdb=${folder}/db\n`);
  const [program = '', ...args] = [...host.prefix, 'turnserver', '-c', file];
  const ready = (output: string): boolean => output.includes('IO method (admin thread)');
  const companion = await startCompanion(program, args, ready);
  return {
    ...companion,
    certificate: path.join(folder, 'cert.pem'),
    async stop() {
      await companion.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
