/**
 * Finds cameras by WS-Discovery (a probe to a multicast group, OASIS 2009, ONVIF Core §7), on the interfaces alone that lie
 * in the networks of the gateway's file. Whoever answers speaks for the address that it answers from, and no other.
 */
import { randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { mostFound, type Discovery, type FoundCamera } from '../../server/contract/onvif.ts';
import type { Networks } from '../rtsp/networks.ts';
import { ownAddress } from './own-address.ts';
import { envelope } from './soap.ts';
import { OnvifTrouble } from './trouble.ts';
import { all, find, parseXml, textAt, type XmlElement } from './xml.ts';

const group = '239.255.255.250';
/** ms */
const times = { wait: 3000, again: 700 };
/** Answers that are read of one address, and of all; bytes of one. */
const most = { ofOne: 4, ofAll: 4 * mostFound, bytes: 32 * 1024 };

export interface DiscoverOptions {
  /** Where cameras listen. */
  readonly port?: number;
  /** ms */
  readonly wait?: number;
}

export async function discover(
  networks: Networks,
  { port = 3702, wait = times.wait }: DiscoverOptions = {},
): Promise<Discovery> {
  const from = addressesWithin(networks);
  const found = new Map<string, FoundCamera>();
  const asked = new Set<string>();
  const heard = new Map<string, number>();
  let read = 0;
  const hear = (datagram: Buffer, address: string): void => {
    const count = (heard.get(address) ?? 0) + 1;
    if (!networks.reaches(address) || datagram.length > most.bytes) return;
    if (count > most.ofOne || (read += 1) > most.ofAll || found.size >= mostFound) return;
    heard.set(address, count);
    const camera = answerOf(datagram.toString('utf8'), address, asked);
    if (camera && !found.has(camera.url)) found.set(camera.url, camera);
  };
  const sockets = await Promise.all(from.map((address) => openOn(address, hear)));
  const ask = (): void => {
    for (const socket of sockets) {
      const id = `urn:uuid:${randomUUID()}`;
      asked.add(id);
      socket?.send(probe(id), port, group, () => {}); // An interface that is down says nothing.
    }
  };
  ask();
  const again = setTimeout(ask, Math.min(times.again, wait / 2));
  await new Promise((resolve) => setTimeout(resolve, wait));
  clearTimeout(again);
  for (const socket of sockets) socket?.close();
  const cameras = [...found.values()].sort((a, b) =>
    a.address.localeCompare(b.address, 'en', { numeric: true }),
  );
  return { cameras, from };
}

/** This machine's addresses in the networks. */
function addressesWithin(networks: Networks): string[] {
  return Object.values(networkInterfaces())
    .flatMap((own) => own ?? [])
    .filter(({ family, address, cidr }) => family === 'IPv4' && networks.meets(cidr ?? address))
    .map(({ address }) => address)
    .slice(0, 64);
}

/** @returns undefined where nothing can be asked from there */
async function openOn(
  address: string,
  hear: (datagram: Buffer, address: string) => void,
): Promise<Socket | undefined> {
  const socket = createSocket('udp4');
  try {
    socket.bind(0, address);
    await once(socket, 'listening');
    socket.setMulticastInterface(address);
    socket.setMulticastTTL(1);
  } catch {
    socket.close();
    return undefined;
  }
  socket.on('error', () => {}); // A port that is closed answers with ICMP.
  socket.on('message', (datagram, { address: sender }) => hear(datagram, sender));
  return socket;
}

const discovery = 'http://schemas.xmlsoap.org/ws/2005/04/discovery';
const addressing = 'http://schemas.xmlsoap.org/ws/2004/08/addressing';

function probe(id: string): string {
  return envelope(
    `<d:Probe xmlns:d="${discovery}"><d:Types xmlns:n="http://www.onvif.org/ver10/network/wsdl">n:NetworkVideoTransmitter</d:Types></d:Probe>`,
    `<a:MessageID xmlns:a="${addressing}">${id}</a:MessageID>` +
      `<a:To xmlns:a="${addressing}">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>` +
      `<a:Action xmlns:a="${addressing}">${discovery}/Probe</a:Action>`,
  );
}

/**
 * What a camera says of itself.
 * @param address that it has answered from
 * @param asked the questions that were asked; what answers another one is left
 */
export function answerOf(
  text: string,
  address: string,
  asked: ReadonlySet<string>,
): FoundCamera | undefined {
  let root: XmlElement;
  try {
    root = parseXml(text);
  } catch {
    return undefined; // Anybody may send anything here.
  }
  if (!asked.has(textAt(root, 'Header', 'RelatesTo') ?? '')) return undefined;
  const [match] = all(find(root, 'Body', 'ProbeMatches'), 'ProbeMatch');
  const said = textAt(match, 'XAddrs')?.split(/\s+/).slice(0, 16) ?? [];
  const own = new URL(`http://${address}/onvif/device_service`);
  const named = said.flatMap((one) => {
    try {
      return [ownAddress(own, one, ['http:', 'https:'])];
    } catch (error) {
      if (error instanceof OnvifTrouble) return [];
      throw error;
    }
  });
  const right = named.find(({ other }) => other === undefined) ?? named[0];
  if (!right) return undefined;
  const scopes = textAt(match, 'Scopes')?.split(/\s+/).slice(0, 64) ?? [];
  const [name, model] = ['name', 'hardware'].map((kind) => scopeOf(scopes, kind));
  return {
    ...{ url: right.url, address },
    ...(name !== undefined && { name }),
    ...(model !== undefined && { model }),
    ...(right.other !== undefined && { other: right.other }),
  };
}

/** `onvif://www.onvif.org/name/North%20gate` */
function scopeOf(scopes: readonly string[], kind: string): string | undefined {
  const begin = `onvif://www.onvif.org/${kind}/`;
  const said = scopes.find((scope) => scope.startsWith(begin))?.slice(begin.length);
  if (!said) return undefined;
  let plain = said;
  try {
    plain = decodeURIComponent(said);
  } catch {
    // As it is.
  }
  return (
    plain
      .replaceAll(/[\p{C}\ufffd]+/gu, ' ')
      .trim()
      .slice(0, 64) || undefined
  );
}
