/** The banner saves an administrator the search in the log: addresses to open, worker, certificate, set-up link. */
import { hostname } from 'node:os';
import type { Settings } from './config.ts';
import { validityOf } from './http/certificate.ts';
import type { TlsFiles } from './http/tls.ts';
import { ownAddresses } from './media/addresses.ts';
import { version } from './version.ts';
import type { WorkerReport } from './media/worker-report.ts';

export interface BannerFacts {
  readonly settings: Settings;
  readonly port: number;
  readonly tls: TlsFiles | undefined;
  /** For the link that makes the first administrator; undefined when there is one. */
  readonly setUpToken: string | undefined;
  readonly workers: number;
  readonly workerProgram: WorkerReport;
}

/** What an administrator wants to know at the start, line by line. */
export function banner(facts: BannerFacts): string {
  const { settings, port, tls, setUpToken, workers, workerProgram } = facts;
  const scheme = tls ? 'https' : 'http';
  const { host } = settings.http;
  const everywhere = host === '0.0.0.0' || host === '::';
  const names = everywhere ? ['localhost', ...ownAddresses()] : [host];
  const urls = [...new Set(names)].map((name) => `${scheme}://${name}:${port}`);
  const first = settings.media.port;
  const ports = workers === 1 ? `${first}` : `${first}–${first + workers - 1}`;
  const until = tls?.validUntil.toISOString().slice(0, 10);
  const state = tls ? validityOf(tls.certificate) : 'good';
  const validity =
    state === 'has ended' || state === 'is not valid yet'
      ? `ITS CERTIFICATE ${state.toUpperCase()} (until ${until})`
      : `valid until ${until}`;
  const rows: [string, string][] = [
    ['Host', hostname()],
    ['Listening', `${host}:${port}`],
    ...urls.map((url, index): [string, string] => [index === 0 ? 'Open' : '', url]),
    ['Access', accessOf(facts)],
    ...(setUpToken === undefined
      ? []
      : [['Set up', `${urls[0]}/setup?token=${setUpToken}`] as [string, string]]),
    ['TLS', tls ? `on, ${tls.selfSigned ? 'self-signed, ' : ''}${validity}` : 'off'],
    ['Media ports', first === 0 ? 'any free, UDP and TCP' : `${ports}, UDP and TCP`],
    ['Workers', `${workers}`],
    ['Worker program', `${workerProgram}`],
    ...Object.values(workerProgram.lacks).map((lack, index): [string, string] => [
      index === 0 ? 'It lacks' : '',
      lack,
    ]),
    ['', process.env.MEDIASOUP_WORKER_BIN ?? "mediasoup's own"],
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}${value}`);
  return ['', `  Smart City WebRTC Surveillance ${version}`, '', ...lines, ''].join('\n');
}

function accessOf({ settings, setUpToken }: BannerFacts): string {
  if (settings.access.mode === 'open') {
    return 'OPEN: no accounts, everyone who reaches this port may watch and film everything';
  }
  return setUpToken === undefined
    ? 'accounts'
    : 'accounts; there is none yet, so open this link once to make the administrator:';
}
