/** A client without a browser: the real protocol over a real socket. */
import { randomBytes } from 'node:crypto';
import { io, type ManagerOptions, type Socket } from 'socket.io-client';
import type {
  Acknowledgement,
  ClientEventName,
  ServerMessage,
  Request,
  Response,
  ServerEventName,
} from '../../server/contract/events.ts';
import type { TransportParameters } from '../../server/contract/media.ts';
import type { Tile } from '../../server/contract/tile.ts';

export interface Answer {
  ok: boolean;
  error?: { code: string; message: string };
  [field: string]: unknown;
}

/** How a program opens its connection. */
export const withoutPage: Partial<ManagerOptions> = {
  transports: ['websocket'],
  rejectUnauthorized: false,
  reconnection: false,
};

export class Client {
  readonly socket: Socket;
  readonly notices: { event: string; notice: unknown }[] = [];

  /** @param place where the server is, or a socket that is to be used */
  constructor(
    place: string | Socket,
    session = randomBytes(24).toString('base64url'),
    options: Partial<ManagerOptions> = {},
  ) {
    this.socket =
      typeof place === 'string'
        ? io(place, { auth: { session }, forceNew: true, ...withoutPage, ...options })
        : place;
    this.socket.onAny((event: string, notice: unknown) => this.notices.push({ event, notice }));
  }

  /** Resolves when the socket is open. */
  async connected(): Promise<void> {
    if (this.socket.connected) return;
    await new Promise<void>((resolve, reject) => {
      this.socket.once('connect', resolve);
      this.socket.once('connect_error', reject);
    });
  }

  /** Sends whatever it is, as a client may that keeps to nothing. Waits at most 5 s for the answer. */
  ask(event: string, ...payload: unknown[]): Promise<Answer> {
    return this.socket.timeout(5000).emitWithAck(event, ...payload) as Promise<Answer>;
  }

  /** Sends what the contract has, and waits for an answer that is not a refusal. */
  async request<E extends ClientEventName>(event: E, request: Request<E>): Promise<Response<E>> {
    const answer = (await this.ask(event, request)) as Acknowledgement<E>;
    if (!answer.ok) throw new Error(`${event}: ${answer.error.code}: ${answer.error.message}`);
    return answer;
  }

  /** Takes a zone's place, and says that it sends one video track; nothing is sent. */
  async film(
    zone: string,
    parameters: Request<'publish'>['rtpParameters'],
  ): Promise<{ transportId: string; producerId: string }> {
    const { id: transportId } = transportOf(await this.request('claim', { zone, label: '' }));
    const { producerId } = await this.request('publish', {
      ...{ transportId, dtlsParameters, kind: 'video' },
      rtpParameters: parameters,
    });
    return { transportId, producerId };
  }

  heard<E extends ServerEventName>(event: E): ServerMessage<E>[] {
    return this.notices.flatMap((one) =>
      one.event === event ? [one.notice as ServerMessage<E>] : [],
    );
  }

  close(): void {
    this.socket.disconnect();
  }
}

/** The transport that an answer brings. */
export function transportOf({
  transport,
}: {
  transport?: TransportParameters | undefined;
}): TransportParameters {
  if (!transport) throw new Error('the server gave no transport');
  return transport;
}

export const rtpCapabilities: Request<'watch'>['rtpCapabilities'] = {
  codecs: [
    {
      kind: 'video',
      mimeType: 'video/VP8',
      preferredPayloadType: 96,
      clockRate: 90000,
      rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
    },
  ],
  headerExtensions: [],
};

export const rtpParameters: Request<'publish'>['rtpParameters'] = {
  mid: '0',
  codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90000 }],
  encodings: [{ ssrc: 1111 }],
};

export const dtlsParameters: Request<'transport:connect'>['dtlsParameters'] = {
  role: 'client',
  fingerprints: [{ algorithm: 'sha-256', value: Array.from({ length: 32 }, () => 'AB').join(':') }],
};

/** A zone as it is shown in a large window. */
export const tile = (zone: string): Tile => ({
  zone,
  width: 1280,
  height: 720,
  visible: true,
  focused: true,
});
