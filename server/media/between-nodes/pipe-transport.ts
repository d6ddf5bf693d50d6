/** What both ends of a pipe between nodes are made of. */
import type { types } from 'mediasoup';
import type { PipeEnd } from '../../contract/pipe.ts';
import { socketBuffers } from '../listening.ts';
import type { PipeListening } from '../plane.ts';

export function transportOptions({
  address,
  announced,
  ports,
}: PipeListening): types.PipeTransportOptions {
  return {
    listenInfo: {
      protocol: 'udp',
      ip: address,
      ...(announced === undefined ? {} : { announcedAddress: announced }),
      ...(ports.first === 0 ? {} : { portRange: { min: ports.first, max: ports.last } }),
      ...socketBuffers,
    },
    enableSrtp: true,
    enableRtx: true,
  };
}

/** What the other end is told. */
export function endOf({ tuple, srtpParameters }: types.PipeTransport): PipeEnd {
  if (!srtpParameters) throw new Error('a pipe between nodes is encrypted');
  const { keyBase64 } = srtpParameters;
  return {
    ip: tuple.localAddress,
    port: tuple.localPort,
    srtpParameters: { cryptoSuite: 'AEAD_AES_256_GCM', keyBase64 },
  };
}
