import { hostname } from 'node:os';
import type { Settings } from './config.ts';
import type { TlsFiles } from './http/tls.ts';
import { ownAddresses } from './media/addresses.ts';

export interface BannerFacts {
  readonly settings: Settings;
  readonly port: number;
  readonly tls: TlsFiles | undefined;
  readonly workers: number;
  readonly workerProgram: string;
}

/** What an administrator wants to know at the start, line by line. */
export function banner({ settings, port, tls, workers, workerProgram }: BannerFacts): string {
  const scheme = tls ? 'https' : 'http';
  const { host } = settings.http;
  const everywhere = host === '0.0.0.0' || host === '::';
  const names = everywhere ? ['localhost', ...ownAddresses()] : [host];
  const urls = [...new Set(names)].map((name) => `${scheme}://${name}:${port}`);
  const first = settings.media.port;
  const ports = workers === 1 ? `${first}` : `${first}–${first + workers - 1}`;
  const until = tls?.validUntil.toISOString().slice(0, 10);
  const rows: [string, string][] = [
    ['Host', hostname()],
    ['Listening', `${host}:${port}`],
    ...urls.map((url, index): [string, string] => [index === 0 ? 'Open' : '', url]),
    ['TLS', tls ? `on, ${tls.selfSigned ? 'self-signed, ' : ''}valid until ${until}` : 'off'],
    ['Media ports', first === 0 ? 'any free, UDP and TCP' : `${ports}, UDP and TCP`],
    ['Workers', `${workers}`],
    ['Worker program', workerProgram],
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}${value}`);
  return ['', '  Smart City WebRTC Surveillance', '', ...lines, ''].join('\n');
}
