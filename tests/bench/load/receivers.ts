/**
 * Many viewers at little cost: the real protocol, ICE and DTLS, and packets that are counted
 * as they come, encrypted. A packet costs a tenth of what it costs at a light watcher.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Tile } from '../../../server/contract/tile.ts';
import { Client, transportOf } from '../../support/client.ts';
import { rtpCapabilities } from '../../support/peers/watcher.ts';
import { compile, type Program } from './compile.ts';
import { inHandfuls } from './handfuls.ts';

const source = path.join(import.meta.dirname, 'receivers.c');
const answerTimeout = 15_000; // ms

export class Receivers {
  readonly #url: string;
  readonly #program: Program;
  readonly #process: ChildProcess;
  readonly #viewers: { client: Client; tile: Tile }[] = [];
  /** How many of them look. */
  #looking = 0;
  /** Lines of the program: `up INDEX`, `fingerprint` and `count`. */
  readonly #lines = new EventEmitter();
  #added = 0;
  #fingerprint = '';
  #suite = 'none negotiated';

  private constructor(url: string, program: Program) {
    this.#url = url;
    this.#program = program;
    this.#process = spawn(program.path, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines.setMaxListeners(0);
    this.#lines.on('error', () => {}); // Heard by whoever waits.
    createInterface({ input: this.#process.stdout! }).on('line', (line) => this.#hear(line));
    this.#process.once('exit', (code) =>
      this.#lines.emit('error', new Error(`the program of the receivers ended with ${code}`)),
    );
  }

  static async start(url: string): Promise<Receivers> {
    const libraries = { ssl: 'libssl-dev', crypto: 'libssl-dev' };
    const receivers = new Receivers(url, await compile(source, libraries));
    [receivers.#fingerprint] = await receivers.#next('fingerprint');
    return receivers;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get count(): number {
    return this.#viewers.length;
  }

  get looking(): number {
    return this.#looking;
  }

  /** Which SRTP suite the last one that joined has agreed on. */
  get suite(): string {
    return this.#suite;
  }

  /** @param tile how they see a zone, which must have a camera */
  async add(count: number, tile: Tile): Promise<void> {
    await inHandfuls(count, () => this.#join(tile));
    this.#looking += count;
  }

  /** Lets so many of them look; the others stay connected and are sent nothing. */
  async look(count: number): Promise<void> {
    const visible = count > this.#looking;
    const changing = this.#viewers.slice(
      Math.min(count, this.#looking),
      Math.max(count, this.#looking),
    );
    this.#looking = count;
    await inHandfuls(changing.length, async () => {
      const { client, tile } = changing.pop()!;
      await client.request('view', { tiles: [{ ...tile, visible }] });
    });
  }

  /** The sums over all of them: packets that came, and gaps in the sequence numbers. */
  async received(): Promise<{ packets: number; lost: number }> {
    const answer = this.#next('count');
    this.#tell('count');
    const [packets, lost] = (await answer).map(Number);
    return { packets: packets ?? NaN, lost: lost ?? NaN };
  }

  /**
   * From now on the kernel drops the media of those that are here, at their sockets: the server does all
   * that it does for them, and they take nothing from the cores that others need. They count no more.
   */
  deafen(): void {
    this.#tell('deafen');
  }

  /** Closing twice is harmless. */
  close(): void {
    for (const { client } of this.#viewers.splice(0)) client.close();
    this.#process.kill('SIGKILL'); // It keeps nothing.
    this.#program.remove();
  }

  async #join(tile: Tile): Promise<void> {
    const client = new Client(this.#url);
    this.#viewers.push({ client, tile });
    const answer = await client.request('watch', { tiles: [tile], rtpCapabilities });
    const transport = transportOf(answer);
    const [consumer] = answer.consumers;
    const ssrc = consumer?.rtpParameters.encodings[0]?.ssrc;
    const place = transport.iceCandidates.find(({ protocol }) => protocol === 'udp');
    if (ssrc === undefined || !place) throw new Error(`${tile.zone} has nothing to receive`);
    // The server ignores DTLS that comes before it knows the fingerprint.
    await client.request('transport:connect', {
      transportId: transport.id,
      dtlsParameters: {
        role: 'client',
        fingerprints: [{ algorithm: 'sha-256', value: this.#fingerprint }],
      },
    });
    const { usernameFragment, password } = transport.iceParameters;
    const up = this.#next(`up ${this.#added}`);
    this.#added += 1;
    this.#tell(`add ${usernameFragment} ${password} ${place.ip} ${place.port} ${ssrc}`);
    [this.#suite] = await up;
  }

  #tell(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  async #next(event: string): Promise<[string, ...string[]]> {
    const signal = AbortSignal.timeout(answerTimeout);
    return (await once(this.#lines, event, { signal })) as [string, ...string[]];
  }

  #hear(line: string): void {
    const [word = '', ...rest] = line.split(' ');
    if (word === 'failed') this.#lines.emit('error', new Error(`a receiver has ${line}`));
    else if (word === 'up') this.#lines.emit(`up ${rest[0]}`, ...rest.slice(1));
    else this.#lines.emit(word, ...rest);
  }
}
