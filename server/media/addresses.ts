/** The addresses that this machine has at the moment, and which of them lead clients to it. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

export interface OwnAddress {
  /** Of the interface. */
  readonly name: string;
  readonly address: string;
  readonly family: 4 | 6;
  /** Loopback. */
  readonly internal: boolean;
}

/** Every IPv4 address of this machine, loopback last. */
export function ownAddresses(): string[] {
  return presentAddresses()
    .filter(({ family }) => family === 4)
    .sort((a, b) => Number(a.internal) - Number(b.internal))
    .map(({ address }) => address);
}

export function presentAddresses(): OwnAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([name, entries]) =>
    (entries ?? []).map(({ address, family, internal }) => ({
      ...{ name, address, internal },
      family: family === 'IPv6' ? (6 as const) : (4 as const),
    })),
  );
}

const linkLocal = /^(169\.254\.|fe[89ab][0-9a-f]:)/i;

/**
 * Those that clients elsewhere can reach: not of loopback, nor of what connects this machine with its own
 * containers and virtual machines, nor of one cable only (link-local); unless there is nothing else.
 */
export function outwardAddresses(
  present: readonly OwnAddress[],
  isInward: (name: string) => boolean,
): string[] {
  const others = present.filter(({ internal }) => !internal);
  const wide = others.filter(({ address }) => !linkLocal.test(address));
  const choices = [wide.filter(({ name }) => !isInward(name)), wide, others, present];
  return (choices.find((choice) => choice.length > 0) ?? []).map(({ address }) => address);
}

/** What container and virtual machine programs call their interfaces. */
const inwardNames =
  /^(docker|podman|br-|veth|virbr|vnet|vmnet|vboxnet|lxc|lxdbr|cni|flannel|cali|kube-|nodelocaldns|dummy|ifb)/;
/** Kinds of interfaces without hardware that lead outwards all the same (DEVTYPE, `ip link`'s `type`). */
const outwardKinds = ['vlan', 'bond', 'macvlan', 'ipvlan', 'wlan', 'wwan', 'ppp', 'wireguard'];

/** Whether an interface leads only to programs on this machine. The one with the default route never does. */
export function isInward(name: string): boolean {
  return (inwardNames.test(name) || isVirtual(name)) && !hasDefaultRoute(name);
}

function isVirtual(name: string): boolean {
  const folder = `/sys/class/net/${name}`;
  // Absent on other systems, and in a network namespace that sees the system files of another one.
  if (!existsSync(folder) || !realpathSync(folder).includes('/devices/virtual/')) return false;
  const kind = /^DEVTYPE=(.*)$/m.exec(read(`${folder}/uevent`))?.[1] ?? '';
  const isTunnel = existsSync(`${folder}/tun_flags`) && !existsSync(`${folder}/brport`);
  return !outwardKinds.includes(kind) && !isTunnel;
}

function hasDefaultRoute(name: string): boolean {
  const ipv4 = read('/proc/net/route')
    .split('\n')
    .map((line) => line.split('\t'));
  const ipv6 = read('/proc/net/ipv6_route')
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return (
    ipv4.some(([via, to, , , , , , mask]) => via === name && to === '00000000' && mask === to) ||
    ipv6.some(
      ([to = '', length, ...rest]) => /^0+$/.test(to) && length === '00' && rest.at(-1) === name,
    )
  );
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // Systems other than Linux have none.
  }
}
