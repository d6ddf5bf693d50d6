/** What this machine sends over the interfaces by which clients and other nodes reach it, and what those carry. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { isInward, outwardAddresses, presentAddresses, type OwnAddress } from './addresses.ts';

/** One interface, or all that count together. */
export interface LineLoad {
  readonly name: string;
  /** Bytes so far; headers and whatever other programs send are in it, since they share the line. */
  readonly sent: number;
  /** bit/s */
  readonly capacity: number;
}

/** Addresses and interfaces come and go; between two looks for them, ms. */
const lookAgain = 30_000;

export class NetworkLine {
  readonly #addresses: readonly string[];
  readonly #capacity: number;
  #names: string[] = [];
  #speeds = new Map<string, number>();
  #looked = -Infinity;

  /**
   * @param addresses on which media is received; with an unspecified one, the interfaces that lead outwards count
   * @param capacity of all together, bit/s; 0 for the interfaces' own speeds, where the system tells them
   */
  constructor(addresses: readonly string[], capacity: number) {
    this.#addresses = addresses;
    this.#capacity = capacity;
  }

  /** Empty where it is not known what the line carries. */
  get loads(): LineLoad[] {
    this.#lookAround();
    const sent = sentBytes(read('/proc/net/dev')).filter(({ name }) => this.#names.includes(name));
    if (this.#capacity > 0) {
      const all = sent.reduce((sum, { bytes }) => sum + bytes, 0);
      return [{ name: 'all', sent: all, capacity: this.#capacity }];
    }
    return sent.flatMap(({ name, bytes }) => {
      const capacity = this.#speeds.get(name);
      return capacity === undefined ? [] : [{ name, sent: bytes, capacity }];
    });
  }

  #lookAround(): void {
    const now = performance.now();
    if (now - this.#looked < lookAgain) return;
    this.#looked = now;
    this.#names = interfacesOf(this.#addresses, presentAddresses(), isInward);
    this.#speeds = new Map(
      this.#names.flatMap((name) => {
        const speed = speedOf(name);
        return speed === undefined ? [] : [[name, speed] as const];
      }),
    );
  }
}

/** The names of the interfaces over which media goes. */
export function interfacesOf(
  addresses: readonly string[],
  present: readonly OwnAddress[],
  isInward: (name: string) => boolean,
): string[] {
  const named = addresses.filter((address) => address !== '::' && address !== '0.0.0.0');
  const outward = named.length < addresses.length ? outwardAddresses(present, isInward) : [];
  const counted = new Set([...named, ...outward]);
  return [
    ...new Set(present.filter(({ address }) => counted.has(address)).map(({ name }) => name)),
  ];
}

/** By interface, of what /proc/net/dev says (proc(5)): the ninth number is the bytes that were sent. */
export function sentBytes(table: string): { name: string; bytes: number }[] {
  return table.split('\n').flatMap((line) => {
    const [, name, numbers] = /^\s*([^\s:]+):\s*(.*)$/.exec(line) ?? [];
    const bytes = Number(numbers?.split(/\s+/)[8]);
    return name === undefined || Number.isNaN(bytes) ? [] : [{ name, bytes }];
  });
}

/** bit/s. What has no hardware says a speed that means nothing, but for what bundles or parts hardware. */
function speedOf(name: string): number | undefined {
  const folder = `/sys/class/net/${name}`;
  if (!existsSync(folder)) return undefined;
  const kind = /^DEVTYPE=(.*)$/m.exec(read(`${folder}/uevent`))?.[1] ?? '';
  const isVirtual = realpathSync(folder).includes('/devices/virtual/');
  if (isVirtual && kind !== 'bond' && kind !== 'vlan') return undefined;
  const megabits = Number(read(`${folder}/speed`));
  return megabits > 0 ? megabits * 1_000_000 : undefined;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // Absent on other systems; and the speed of a link that is down.
  }
}
