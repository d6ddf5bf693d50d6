/** What the media workers listen on. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIP } from 'node:net';
import type { types } from 'mediasoup';
import type { Settings } from '../config.ts';

type Listen = Settings['media']['listen'][number];

/**
 * Key frames of many cameras come in bursts, and what does not fit is lost; the kernel gives at most
 * net.core.rmem_max and wmem_max. Bytes.
 */
export const socketBuffers = { recvBufferSize: 4_000_000, sendBufferSize: 4_000_000 };

/**
 * The addresses of one worker. Without a choice it listens on the unspecified ones, so that an address that comes
 * later is covered too; candidates.ts chooses for each client which of them it is told.
 * @param index the worker's number, which its port follows from
 */
export async function listenInfos(
  { listen, port }: Pick<Settings['media'], 'listen' | 'port'>,
  index: number,
): Promise<types.TransportListenInfo[]> {
  const chosen = listen.length > 0 ? listen : [{ address: '::', announced: undefined }];
  const withIpv6 = await hasIpv6();
  const all = chosen.flatMap(expand).filter(({ address }) => address !== '::' || withIpv6);
  return (['udp', 'tcp'] as const).flatMap((protocol) =>
    all.map(({ address, announced }) => ({
      protocol,
      ip: address,
      ...(announced === undefined ? {} : { announcedAddress: announced }),
      ...(port === 0 ? {} : { port: port + index }),
      ...(address === '::' ? { flags: { ipv6Only: true } } : {}),
      ...(protocol === 'udp' ? socketBuffers : {}),
    })),
  );
}

/** `::` stands for both families, as it does where programs listen for connections. */
function expand({ address, announced }: Listen): Listen[] {
  if (address !== '::') return [{ address, announced }];
  if (announced !== undefined) {
    return [{ address: isIP(announced) === 4 ? '0.0.0.0' : '::', announced }];
  }
  return [
    { address: '0.0.0.0', announced },
    { address: '::', announced },
  ];
}

/** Systems can be built or started without it. */
async function hasIpv6(): Promise<boolean> {
  const socket = createSocket({ type: 'udp6', ipv6Only: true });
  try {
    socket.bind(0, '::');
    await once(socket, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}
