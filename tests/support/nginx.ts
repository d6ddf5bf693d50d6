/** Debian's nginx with a file of deployment/, on free ports and in a folder of its own. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generate } from 'selfsigned';
import { projectFolder } from '../../server/config.ts';
import { answers, fillIn, startCompanion } from './process.ts';
import { freePort } from './server.ts';

export interface RunningNginx {
  readonly url: string;
  readonly plainUrl: string;
  stop(): Promise<void>;
}

/**
 * @param upstreams ports of the server in use, and of the one that takes over
 * @param edits further texts of the file that are to be others
 */
export async function startNginx(
  upstreams: [number, number],
  edits: Record<string, string> = {},
): Promise<RunningNginx> {
  return launchNginx('nginx.conf', {
    'server 127.0.0.1:5000;': `server 127.0.0.1:${upstreams[0]};`,
    'server 127.0.0.1:5001 backup;': `server 127.0.0.1:${upstreams[1]} backup;`,
    ...edits,
  });
}

/**
 * @param file in deployment/
 * @param edits texts of the file that are to be others, beside its name, certificate and ports
 */
export async function launchNginx(
  file: string,
  edits: Record<string, string>,
): Promise<RunningNginx> {
  const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-nginx-'));
  const plainPort = await freePort();
  const port = await freePort();
  const pem = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec' });
  writeFileSync(path.join(folder, 'cert.pem'), pem.cert);
  writeFileSync(path.join(folder, 'key.pem'), pem.private);
  mkdirSync(path.join(folder, 'cache'));
  const live = '/etc/letsencrypt/live/surveillance.example.org';
  const text = readFileSync(path.join(projectFolder, 'deployment', file), 'utf8');
  const site = fillIn(text, {
    'listen 80;': `listen 127.0.0.1:${plainPort};`,
    'listen [::]:80;': '',
    'listen 443 ssl http2;': `listen 127.0.0.1:${port} ssl http2;`,
    'listen [::]:443 ssl http2;': '',
    'surveillance.example.org;': 'localhost;',
    [`${live}/fullchain.pem`]: path.join(folder, 'cert.pem'),
    [`${live}/privkey.pem`]: path.join(folder, 'key.pem'),
    '/var/cache/nginx/surveillance': path.join(folder, 'cache'),
    ...edits,
  });
  writeFileSync(path.join(folder, 'site.conf'), site);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/temp-${name};`)
    .join(' ');
  const main = readFileSync(path.join(projectFolder, 'deployment/nginx-main.conf'), 'utf8');
  const configuration = path.join(folder, 'nginx.conf');
  writeFileSync(
    configuration,
    fillIn(main, {
      'user nginx;': `${process.getuid?.() === 0 ? 'user root;' : ''} daemon off;`,
      'worker_processes auto;': 'worker_processes 1;',
      'pid /run/nginx.pid;': `pid ${folder}/nginx.pid;`,
      '/var/log/nginx/access.log surveillance': `${folder}/access.log surveillance`,
      'include /etc/nginx/conf.d/*.conf;': `${temporary} include ${folder}/site.conf;`,
    }),
  );
  const nginx = '/usr/sbin/nginx';
  const checked = spawnSync(nginx, ['-t', '-c', configuration, '-e', 'stderr'], {
    encoding: 'utf8',
  });
  if (checked.status !== 0) throw new Error(checked.stderr);
  const plainUrl = `http://localhost:${plainPort}`;
  const companion = await startCompanion(nginx, ['-c', configuration, '-e', 'stderr'], () =>
    answers(plainUrl),
  );
  return {
    url: `https://localhost:${port}`,
    plainUrl,
    async stop() {
      await companion.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
