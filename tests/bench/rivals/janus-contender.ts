/** How much CPU Janus needs for the same load. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ensureDebianPackages } from '../../../deployment/setup/debian.ts';
import { projectFolder } from '../../../server/config.ts';
import { janusAddress } from './janus.ts';

export interface JanusLoad {
  /** One measurement for each of these numbers of viewers, rising. */
  readonly watchers: number[];
  /** bit/s */
  readonly bitrate: number;
  /** of each measurement */
  readonly seconds: number;
  readonly serverCore: number;
  readonly generatorCore: number;
}

export interface JanusOutcome {
  readonly watchers: number;
  /** µs of CPU per packet sent, median of windows of 1 s */
  readonly perPacket: number;
  /** Share of packets, 0 … 1 */
  readonly loss: number;
  readonly suite: string;
}

export async function measureJanus(load: JanusLoad): Promise<JanusOutcome[]> {
  await ensureDebianPackages(['janus', 'iproute2'], 'The comparison with Janus');
  const program = [
    'ip link set lo up',
    'ip link add feed type veth peer name other-end',
    'ip link set other-end up',
    `ip address add ${janusAddress}/32 dev feed`,
    'ip link set feed up',
    `exec "$0" --import tsx tests/bench/rivals/janus-load.ts '${JSON.stringify(load)}'`,
  ].join(' && ');
  const child = spawn('unshare', ['--net', 'sh', '-c', program, process.execPath], {
    cwd: projectFolder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let complaint = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.on('data', (text: Buffer) => (complaint += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the load on Janus ended with ${code}: ${complaint}`);
  return JSON.parse(output) as JanusOutcome[];
}
