/** What a gateway itself says and hears, beside its cameras, in the namespace `/gateway`. */
import type { z } from 'zod';
import type { Logger } from 'pino';
import type { RefusedError } from '../contract/errors.ts';
import {
  gatewayEvents,
  gatewayRequests,
  type GatewayRequestName,
  type SiteCamera,
  type SiteCameraReport,
} from '../contract/gateway.ts';
import type { GatewayLink, Hello } from '../gateways/gateway-link.ts';
import { payerOf } from '../limits/payer.ts';
import type { Speaker } from '../participants/participant.ts';
import type { Connection } from './connection.ts';
import { answerEvents, sessionSocket, type ClientSocket, type Guard } from './socket.ts';

/** How long a gateway may take to confirm its cameras, and to find out about some, ms. */
const longest = { cameras: 5000, test: 15_000, discover: 8000, facts: 20_000, encoder: 20_000 };

/** Who answers gateways. */
export interface GatewayDesk {
  hello(link: GatewayLink, hello: Hello): Promise<SiteCamera[]>;
  report(link: GatewayLink, cameras: SiteCameraReport[], time?: number): void;
  gone(link: GatewayLink): void;
}

export interface GatewaySpaceParts {
  readonly desk: GatewayDesk;
  readonly guard: (socketId: string, whose: Speaker, sever: () => void) => Guard;
  readonly forget: (socketId: string) => void;
  readonly log: Logger;
}

export function openGatewaySpace(
  plain: ClientSocket,
  connection: Connection,
  { desk, guard, forget, log }: GatewaySpaceParts,
): void {
  const socket = sessionSocket(plain, false);
  const { address } = connection.parts;
  const whose: Speaker = {
    get caller() {
      return connection.caller;
    },
    address,
    payer: payerOf(connection.caller.principal, address),
  };
  const ask = async <N extends GatewayRequestName>(
    name: N,
    request: z.input<(typeof gatewayRequests)[N]['request']>,
    time: number,
  ): Promise<z.output<(typeof gatewayRequests)[N]['answer']>> => {
    const answer = await socket.ask(name, request, time);
    return gatewayRequests[name].answer.parse(answer) as z.output<
      (typeof gatewayRequests)[N]['answer']
    >;
  };
  const link: GatewayLink = {
    get caller() {
      return connection.caller;
    },
    address,
    since: performance.now(),
    async setCameras(cameras) {
      await ask('cameras', { cameras }, longest.cameras);
    },
    test: (camera) => ask('test', { camera }, longest.test),
    find: (name, request) => ask(name, request as never, longest[name]),
    end({ code, message }: RefusedError) {
      socket.emit('session:ended', { code, message });
      socket.sever();
    },
  };
  connection.tell = (event, notice) => socket.emit(event, notice);
  answerEvents(
    socket,
    gatewayEvents,
    {
      hello: async (hello) => ({ cameras: await desk.hello(link, hello) }),
      report: async ({ cameras, time }) => {
        desk.report(link, cameras, time);
        return {};
      },
    },
    log,
    guard(socket.id, whose, () => socket.sever()),
  );
  socket.on('disconnect', () => {
    connection.tell = undefined;
    connection.leave(plain.nsp.name);
    forget(socket.id);
    desk.gone(link);
  });
}
