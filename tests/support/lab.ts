/**
 * Hosts of the test's own: network namespaces, each joined by a cable (a veth pair) to one router
 * between them, where packets can be dropped, capped and delayed. Nothing here can reach, or be
 * reached from, the machine's own network.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Host {
  readonly name: string;
  address: string;
  /** IPv6; unique local (RFC 4193). */
  readonly address6: string;
  /** What goes before a program's name to run it there. */
  readonly prefix: string[];
  /** The router's end of the cable. */
  readonly port: string;
}

const delayTable = '100';
const delayLine = path.join(path.dirname(fileURLToPath(import.meta.url)), 'delay-line.ts');

export class Lab<Name extends string> {
  readonly hosts: Record<Name, Host>;
  readonly #id: string;
  readonly #router: string;
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'surveillance-lab-'));
  #delay: ChildProcess[] = [];
  /** Hosts whose packets are held back. */
  #delayed = 0;

  constructor(names: readonly Name[]) {
    this.#id = `lab${process.pid}`;
    this.#router = `${this.#id}-router`;
    ip('netns', 'add', this.#router);
    this.#inRouter('ip', 'link', 'set', 'lo', 'up');
    const router = this.#prefix(this.#router);
    set(router, 'ipv4/ip_forward', 1);
    set(router, 'ipv6/conf/all/forwarding', 1);
    withoutTrial(router);
    this.#nft('add table inet faults');
    this.#nft('add chain inet faults forward { type filter hook forward priority 0 ; }');
    const entries = names.map((name, index) => [name, this.#plug(name, index + 1)] as const);
    this.hosts = Object.fromEntries(entries) as Record<Name, Host>;
  }

  /** A program file that runs another one on a host; for launchers that take only a file. */
  launcher(host: Host, program: string): string {
    const file = path.join(this.#folder, `${host.name}-${path.basename(program)}`);
    writeFileSync(file, `#!/bin/sh\nexec ${host.prefix.join(' ')} ${program} "$@"\n`);
    chmodSync(file, 0o755);
    return file;
  }

  run(host: Host, program: string, ...args: string[]): string {
    const [first = '', ...rest] = [...host.prefix, program, ...args];
    return execFileSync(first, rest, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /**
   * Drops what matches, between any two hosts.
   * @param match an nftables expression, such as `ip daddr 10.77.1.2 meta l4proto udp`
   */
  drop(match: string): void {
    this.#nft(`add rule inet faults forward ${match} drop`);
  }

  /** Loses a share of a host's packets, each way and independently. */
  lose(host: Host, percent: number): void {
    for (const side of ['saddr', 'daddr']) {
      this.drop(`ip ${side} ${host.address} numgen random mod 1000 < ${percent * 10}`);
    }
  }

  /** Caps what a host gets; 300 ms of queue, as a home router has. */
  cap(host: Host, rate: string): void {
    const bucket = ['tbf', 'rate', rate, 'burst', '10kb', 'latency', '300ms'];
    this.#inRouter('tc', 'qdisc', 'replace', 'dev', host.port, 'root', ...bucket);
  }

  /**
   * Holds every packet from a host back: the router hands it to a TUN device, behind which a program
   * gives it back later. (netem does the same in kernels that have it.)
   * @param delay ms
   * @param others whose packets are held back too: with all hosts, both ways of each are
   */
  async delay(host: Host, delay: number, ...others: Host[]): Promise<void> {
    const line = spawn(
      'nsenter',
      [
        `--net=/run/netns/${this.#router}`,
        process.execPath,
        '--import',
        'tsx',
        delayLine,
        `${delay}`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const port = await new Promise<string>((resolve, reject) => {
      line.stdout.once('data', (text: Buffer) => resolve(text.toString().trim()));
      line.once('exit', (code) => reject(new Error(`the delay line ended with ${code}`)));
    });
    const tun = 'TUN:192.0.2.1/24,tun-device=/dev/net/tun,tun-name=delay0,iff-up,iff-no-pi';
    const carrier = spawn(
      'nsenter',
      [`--net=/run/netns/${this.#router}`, 'socat', tun, `UDP4:127.0.0.1:${port}`],
      { stdio: ['ignore', 'inherit', 'inherit'] },
    );
    this.#delay = [line, carrier];
    for (let tries = 0; ; tries += 1) {
      try {
        this.#inRouter('ip', 'route', 'replace', 'default', 'dev', 'delay0', 'table', delayTable);
        break;
      } catch (error) {
        if (tries === 50) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    for (const { port } of [host, ...others]) {
      this.#inRouter('ip', 'rule', 'add', 'iif', port, 'lookup', delayTable);
      this.#delayed += 1;
    }
  }

  /** Gives a host another address, as when a device changes its network. */
  readdress(host: Host): void {
    const former = host.address;
    host.address = former.replace(/\d+$/, (last) => `${Number(last) + 1}`);
    this.run(host, 'ip', 'address', 'delete', `${former}/24`, 'dev', 'cable');
    this.run(host, 'ip', 'address', 'add', `${host.address}/24`, 'dev', 'cable');
    const gateway = former.replace(/\d+$/, '1');
    this.run(host, 'ip', 'route', 'replace', 'default', 'via', gateway);
  }

  /** Takes all faults away. */
  heal(): void {
    this.#nft('flush chain inet faults forward');
    for (const { port } of Object.values<Host>(this.hosts)) {
      try {
        this.#inRouter('tc', 'qdisc', 'delete', 'dev', port, 'root');
      } catch {
        // It had none.
      }
    }
    if (this.#delay.length === 0) return;
    for (; this.#delayed > 0; this.#delayed -= 1) {
      this.#inRouter('ip', 'rule', 'delete', 'lookup', delayTable);
    }
    for (const child of this.#delay) child.kill();
    this.#delay = [];
  }

  close(): void {
    this.heal();
    for (const { name } of Object.values<Host>(this.hosts))
      ip('netns', 'delete', this.#space(name));
    ip('netns', 'delete', this.#router);
    rmSync(this.#folder, { recursive: true });
  }

  #plug(name: string, number: number): Host {
    const space = this.#space(name);
    const [gateway, address] = [`10.77.${number}.1`, `10.77.${number}.2`];
    const [gateway6, address6] = [`fd77:${number}::1`, `fd77:${number}::2`];
    const port = `port${number}`;
    ip('netns', 'add', space);
    const prefix = this.#prefix(space);
    withoutTrial(prefix);
    ip('-n', this.#router, 'link', 'add', port, 'type', 'veth', 'peer', 'cable', 'netns', space);
    ip('-n', this.#router, 'address', 'add', `${gateway}/24`, 'dev', port);
    ip('-n', this.#router, 'link', 'set', port, 'up');
    ip('-n', space, 'link', 'set', 'lo', 'up');
    ip('-n', space, 'address', 'add', `${address}/24`, 'dev', 'cable');
    ip('-n', space, 'link', 'set', 'cable', 'up');
    // A router on a real way sees single packets, also of those that were handed to the kernel in one piece.
    ip('-n', space, 'link', 'set', 'cable', 'gso_max_segs', '1');
    ip('-n', space, 'route', 'add', 'default', 'via', gateway);
    ip('-n', this.#router, 'address', 'add', `${gateway6}/64`, 'dev', port);
    ip('-n', space, 'address', 'add', `${address6}/64`, 'dev', 'cable');
    ip('-n', space, '-6', 'route', 'add', 'default', 'via', gateway6);
    return { name, address, address6, prefix, port };
  }

  #prefix(space: string): string[] {
    return ['nsenter', `--net=/run/netns/${space}`];
  }

  #space(name: string): string {
    return `${this.#id}-${name}`;
  }

  #nft(command: string): void {
    this.#inRouter('nft', command);
  }

  #inRouter(program: string, ...args: string[]): void {
    run(this.#prefix(this.#router), program, ...args);
  }
}

/**
 * New addresses of IPv6 are used at once, not tried out first (RFC 4862 §5.4). A link-local one that comes into use
 * 2 s after its cable is a change of the network to a browser, which breaks off what it loads then.
 */
function withoutTrial(prefix: string[]): void {
  set(prefix, 'ipv6/conf/default/accept_dad', 0);
}

/** @param prefix what goes before a program's name to run it in the namespace */
function set(prefix: string[], setting: string, value: number): void {
  run(prefix, 'sh', '-c', `echo ${value} > /proc/sys/net/${setting}`);
}

function ip(...args: string[]): void {
  run([], 'ip', ...args);
}

function run(prefix: string[], program: string, ...args: string[]): void {
  const [first = '', ...rest] = [...prefix, program, ...args];
  execFileSync(first, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
}
