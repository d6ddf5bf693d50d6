/** Janus, as one of those that are compared. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { ensureDebianPackages } from '../../../deployment/setup/debian.ts';
import { projectFolder } from '../../../server/config.ts';
import type { Contender, Turn } from './contender.ts';
import { janusAddress } from './janus.ts';

export interface JanusLoad {
  readonly viewers: number;
  /** bit/s */
  readonly bitrate: number;
  readonly serverCore: number;
  readonly generatorCore: number;
}

export class JanusContender implements Contender {
  readonly #process: ChildProcess;
  readonly #lines: Interface;
  #complaint = '';
  /** The SRTP suite that its viewers have negotiated. */
  suite = '';

  private constructor(child: ChildProcess) {
    this.#process = child;
    this.#lines = createInterface({ input: child.stdout! });
    child.stderr?.on('data', (text: Buffer) => (this.#complaint += text.toString()));
  }

  /** Starts it, and its viewers, in a network namespace of their own. */
  static async start(load: JanusLoad): Promise<JanusContender> {
    await ensureDebianPackages(['janus', 'iproute2'], 'The comparison with Janus');
    const program = [
      'ip link set lo up',
      'ip link add feed type veth peer name other-end',
      'ip link set other-end up',
      `ip address add ${janusAddress}/32 dev feed`,
      'ip link set feed up',
      `exec "$0" --import tsx tests/bench/rivals/janus-load.ts '${JSON.stringify(load)}'`,
    ].join(' && ');
    const janus = new JanusContender(
      spawn('unshare', ['--net', 'sh', '-c', program, process.execPath], {
        cwd: projectFolder,
        stdio: ['pipe', 'pipe', 'pipe'],
      }),
    );
    janus.suite = (await janus.#answer()) as string;
    return janus;
  }

  turn(): Promise<Turn> {
    const answer = this.#answer() as Promise<Turn>;
    this.#process.stdin?.write('turn\n');
    return answer;
  }

  close(): void {
    this.#process.stdin?.end();
  }

  /** The next line that it says, in JSON. */
  async #answer(): Promise<unknown> {
    const over = new AbortController();
    const { signal } = over;
    try {
      const [line] = (await Promise.race([
        once(this.#lines, 'line', { signal }),
        once(this.#process, 'close', { signal }).then(() => {
          throw new Error(`the load on Janus has ended: ${this.#complaint}`);
        }),
      ])) as [string];
      return JSON.parse(line);
    } finally {
      over.abort();
    }
  }
}
