/** A client that is told a wrong address waits for ICE in vain. */
import { expect, test } from 'vitest';
import { outwardAddresses, type OwnAddress } from '../../server/media/addresses.ts';
import { candidatesFor } from '../../server/media/candidates.ts';
import { listenInfos } from '../../server/media/listening.ts';

const on = (name: string, address: string): OwnAddress => ({
  ...{ name, address },
  family: address.includes(':') ? 6 : 4,
  internal: name === 'lo',
});
const loopback = [on('lo', '127.0.0.1'), on('lo', '::1')];
const inward = (name: string): boolean => name.startsWith('docker');

test('loopback, bridges and link-local addresses are not for clients', () => {
  const present = [
    ...loopback,
    on('docker0', '172.17.0.1'),
    on('eth0', '192.0.2.7'),
    on('eth0', 'fe80::7'),
    on('eth0', '2001:db8::7'),
    on('eth1', '169.254.3.4'),
    on('eth1', 'fd00::7'),
  ];
  expect(outwardAddresses(present, inward)).toEqual(['192.0.2.7', '2001:db8::7', 'fd00::7']);
});

test('where there is nothing better, what there is serves', () => {
  const bridge = on('docker0', '172.17.0.1');
  const cable = on('eth0', 'fe80::7');
  expect(outwardAddresses([...loopback, cable, bridge], inward)).toEqual(['172.17.0.1']);
  expect(outwardAddresses([...loopback, cable], inward)).toEqual(['fe80::7']);
  expect(outwardAddresses(loopback, inward)).toEqual(['127.0.0.1', '::1']);
});

const listened = (address: string, protocol: 'udp' | 'tcp', priority: number) => ({
  ...{ foundation: `${protocol}candidate`, priority, ip: address, address, protocol },
  ...{ port: 20_000, type: 'host' as const },
  ...(protocol === 'tcp' ? { tcpType: 'passive' as const } : {}),
});
const everywhere = [
  listened('0.0.0.0', 'udp', 1_000_000),
  listened('::', 'udp', 900_000),
  listened('0.0.0.0', 'tcp', 800_000),
];
const present = [
  ...loopback,
  on('eth0', '192.0.2.7'),
  on('eth0', '2001:db8::7'),
  on('docker0', '172.17.0.1'),
];
const told = (via?: string): string[] =>
  candidatesFor(everywhere, via, present, inward).map(
    ({ protocol, address }) => `${protocol} ${address}`,
  );

test('what is listened for everywhere is told as the addresses of now', () => {
  expect(told()).toEqual(['udp 192.0.2.7', 'udp 2001:db8::7', 'tcp 192.0.2.7']);
});

test('the address that the client came by is told first, whatever it is of', () => {
  expect(told('127.0.0.1')).toEqual([
    ...['udp 127.0.0.1', 'udp 192.0.2.7', 'udp 2001:db8::7', 'tcp 127.0.0.1', 'tcp 192.0.2.7'],
  ]);
  expect(told('172.17.0.1')[0]).toBe('udp 172.17.0.1');
});

test('one that this machine does not have is not told', () => {
  expect(told('203.0.113.9')).toEqual(told());
});

test('no two candidates have one priority', () => {
  const priorities = candidatesFor(everywhere, '127.0.0.1', present, inward).map(
    (one) => one.priority,
  );
  expect(new Set(priorities).size).toBe(priorities.length);
});

test('what the settings name is told as it is', () => {
  const named = [listened('203.0.113.5', 'udp', 1000)];
  expect(candidatesFor(named, '127.0.0.1', present, inward)).toEqual(named);
});

const listenedOn = async (address?: string, announced?: string): Promise<unknown[]> => {
  const listen = address === undefined ? [] : [{ address, announced }];
  const infos = await listenInfos({ listen, port: 20_000 }, 1);
  expect(infos.map(({ port }) => port)).toEqual(infos.map(() => 20_001));
  return infos
    .filter(({ protocol }) => protocol === 'udp')
    .map(({ ip, announcedAddress }) => announcedAddress ?? ip);
};

test(':: and no choice at all are every address of both families, 0.0.0.0 those of IPv4', async () => {
  expect(await listenedOn()).toEqual(['0.0.0.0', '::']);
  expect(await listenedOn('::')).toEqual(['0.0.0.0', '::']);
  expect(await listenedOn('0.0.0.0')).toEqual(['0.0.0.0']);
  expect(await listenedOn('::', '203.0.113.5')).toEqual(['203.0.113.5']);
});
