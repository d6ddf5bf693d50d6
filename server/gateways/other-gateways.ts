/** Gateways that are connected to other nodes of a cluster: who they are is asked there, and they are spoken to through them. */
import { z } from 'zod';
import { RefusedError } from '../contract/errors.ts';
import {
  CameraQuestion,
  CameraTest,
  GatewayName,
  gatewayRequests,
  SiteCamera,
  SiteCameraReport,
  type GatewayAnswer,
  type GatewayRequest,
} from '../contract/gateway.ts';
import type { NodeId } from '../contract/node.ts';

/** One that is connected to some node. */
export const ConnectedGateway = z.object({
  name: GatewayName,
  version: z.string(),
  key: z.object({ id: z.string(), name: z.string() }),
  address: z.string(),
  clockError: z.number(),
  cameAt: z.number(),
  reports: z.array(SiteCameraReport),
});
export type ConnectedGateway = z.infer<typeof ConnectedGateway>;

export interface OtherGateways {
  list(): Promise<{
    gateways: (ConnectedGateway & { readonly node?: NodeId })[];
    unknownAt: string[];
  }>;
  /** @throws RefusedError `unavailable` when it is connected to none of them, or does not answer */
  test(gateway: GatewayName, camera: SiteCamera): Promise<CameraTest>;
  /** @throws RefusedError as `test` */
  find<N extends CameraQuestion>(
    gateway: GatewayName,
    name: N,
    request: GatewayRequest<N>,
  ): Promise<GatewayAnswer<N>>;
  /** Tells them that a gateway has come here. */
  came(gateway: GatewayName): void;
}

/** Of a server that is alone. */
export const aloneWithGateways: OtherGateways = {
  list: async () => ({ gateways: [], unknownAt: [] }),
  test: (gateway) => Promise.reject(notConnected(gateway)),
  find: (gateway) => Promise.reject(notConnected(gateway)),
  came: () => {},
};

/** How other nodes are asked. */
export interface AskNodes {
  answer(kind: string, answerer: (about: unknown) => Promise<unknown>): void;
  askAll<T>(
    kind: string,
    about: unknown,
    answer: z.ZodType<T>,
    longest?: number,
  ): Promise<{ readonly given: Map<string, T>; readonly missing: readonly string[] }>;
}

/** What this node answers. */
export interface OwnGateways {
  readonly here: ConnectedGateway[];
  cameElsewhere(gateway: GatewayName): void;
  /** Undefined where it is not connected to this node. */
  testHere(gateway: GatewayName, camera: SiteCamera): Promise<CameraTest | undefined>;
  findHere<N extends CameraQuestion>(
    gateway: GatewayName,
    name: N,
    request: GatewayRequest<N>,
  ): Promise<GatewayAnswer<N> | undefined>;
}

/** For how long other nodes are waited for, ms: somebody looks at a page; and until a camera was tried. */
const longest = { list: 1000, test: 17_000, find: 22_000 };

const Came = z.object({ name: GatewayName });
const Question = z.object({ name: GatewayName, camera: SiteCamera });
const Finding = z.object({ name: GatewayName, question: CameraQuestion, request: z.unknown() });
const Found = z.object({ found: z.unknown().optional(), reason: z.string().optional() });
const Tested = z.object({ test: CameraTest.optional(), reason: z.string().optional() });

export function gatewaysAmong(nodes: AskNodes, own: OwnGateways): OtherGateways {
  nodes.answer('gateways', async () => own.here);
  nodes.answer('gateway-came', async (about) => {
    own.cameElsewhere(Came.parse(about).name);
    return {};
  });
  nodes.answer('gateway-test', async (about) => {
    const { name, camera } = Question.parse(about);
    try {
      const test = await own.testHere(name, camera);
      return test ? { test } : {};
    } catch (error) {
      if (error instanceof RefusedError) return { reason: error.message };
      throw error;
    }
  });
  nodes.answer('gateway-find', async (about) => {
    const { name, question, request } = Finding.parse(about);
    try {
      const asked = gatewayRequests[question].request.parse(
        request,
      ) as GatewayRequest<CameraQuestion>;
      const found = await own.findHere(name, question, asked);
      return found ? { found } : {};
    } catch (error) {
      if (error instanceof RefusedError) return { reason: error.message };
      throw error;
    }
  });
  return {
    async list() {
      const answers = await nodes.askAll('gateways', {}, z.array(ConnectedGateway), longest.list);
      const gateways = [...answers.given].flatMap(([node, all]) =>
        all.map((one) => ({ ...one, node })),
      );
      return { gateways, unknownAt: [...answers.missing].sort() };
    },
    async test(name, camera) {
      const answers = await nodes.askAll('gateway-test', { name, camera }, Tested, longest.test);
      const all = [...answers.given.values()];
      const test = all.find((one) => one.test)?.test;
      if (test) return test;
      const reason = all.find((one) => one.reason !== undefined)?.reason;
      throw reason === undefined ? notConnected(name) : new RefusedError('unavailable', reason);
    },
    async find(gateway, name, request) {
      const about = { name: gateway, question: name, request };
      const answers = await nodes.askAll('gateway-find', about, Found, longest.find);
      const all = [...answers.given.values()];
      const found = all.find((one) => one.found !== undefined)?.found;
      if (found !== undefined) {
        return gatewayRequests[name].answer.parse(found) as GatewayAnswer<typeof name>;
      }
      const reason = all.find((one) => one.reason !== undefined)?.reason;
      throw reason === undefined ? notConnected(gateway) : new RefusedError('unavailable', reason);
    },
    came: (name) => void nodes.askAll('gateway-came', { name }, z.unknown()),
  };
}

function notConnected(gateway: GatewayName): RefusedError {
  return new RefusedError('unavailable', `The gateway ${gateway} is not connected.`);
}
