/**
 * What WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep) have in common: their requests, each with its conditions. What a
 * session does is behind it (`Doorway`).
 */
import { parse } from '../contract/parse.ts';
import { RefusedError } from '../contract/errors.ts';
import type { IceServer } from '../contract/media.ts';
import { nodeQuery } from '../contract/node.ts';
import { fragmentType, sdpType, type ResourceKind } from '../contract/whip.ts';
import { ZoneId } from '../contract/zone.ts';
import { HttpRefusal } from '../http-refusal.ts';
import { payerOf } from '../limits/payer.ts';
import { demandMay } from '../participants/permission.ts';
import type { Rules } from '../participants/rules.ts';
import type { Asked, Told } from './exchange.ts';
import { actionOf, type Resource, type Visitor } from './resource.ts';
import type { Resources } from './resources.ts';
import { fragmentOf, readFragment } from './sdp/fragment.ts';
import { readOffer, type Offer } from './sdp/offer.ts';

/** What is behind a door: it makes of an offer what a session does. */
export interface Doorway {
  /**
   * Begins what the resource does, which has its connection then.
   * @returns the answer
   * @throws RefusedError; the resource is ended then
   */
  open(resource: Resource, offer: Offer): Promise<string>;
}

export interface DoorParts {
  readonly resources: Resources;
  readonly rules: Pick<Rules, 'limits' | 'iceServers' | 'denied'>;
  readonly draining: () => boolean;
}

const methods = {
  endpoint: 'POST, OPTIONS, GET, HEAD',
  session: 'PATCH, DELETE, OPTIONS, GET, HEAD',
};

export class Door {
  readonly #kind: ResourceKind;
  readonly #doorway: Doorway;
  readonly #parts: DoorParts;

  constructor(kind: ResourceKind, doorway: Doorway, parts: DoorParts) {
    this.#kind = kind;
    this.#doorway = doorway;
    this.#parts = parts;
  }

  /** @throws RefusedError or HttpRefusal */
  async answer(asked: Asked): Promise<Told> {
    try {
      return await this.#answer(asked);
    } catch (error) {
      if (error instanceof RefusedError) this.#parts.rules.denied(error.code);
      throw error;
    }
  }

  async #answer(asked: Asked): Promise<Told> {
    const { method, id } = asked;
    if (method === 'OPTIONS') return optionsOf(id !== undefined);
    const allowed = id === undefined ? methods.endpoint : methods.session;
    if (!allowed.split(', ').includes(method)) {
      const message = `${method} is not for this address: it takes ${allowed}.`;
      throw new HttpRefusal(405, message, { Allow: allowed });
    }
    // There is nothing to be read, at any address (RFC 9725 §4.1).
    if (method === 'GET' || method === 'HEAD') return { status: 204, headers: {} };
    const visitor = visitorOf(asked);
    const { limits } = this.#parts.rules;
    const payer = payerOf(visitor.caller.principal, visitor.address);
    limits.admitRequest({ ...visitor, payer }, method === 'POST');
    const zone = parse(ZoneId, asked.zone, 'zone');
    demandMay(visitor, actionOf[this.#kind], zone);
    if (id === undefined) return this.#post(asked, visitor, zone);
    const elsewhere = this.#elsewhere(asked, id);
    if (elsewhere) return elsewhere;
    const resource = this.#parts.resources.find(this.#kind, zone, id, visitor.caller);
    return resource.enqueue(async () => {
      if (method === 'PATCH') return this.#patch(asked, resource);
      resource.end();
      return { status: 200, headers: {} };
    });
  }

  async #post(asked: Asked, visitor: Visitor, zone: ZoneId): Promise<Told> {
    const { resources, rules, draining } = this.#parts;
    demandType(asked, sdpType, { 'Accept-Post': sdpType });
    if (!asked.accepts(sdpType)) {
      throw new HttpRefusal(406, `The answer is ${sdpType}, which the request does not accept.`);
    }
    if (draining()) {
      throw new RefusedError(
        'unavailable',
        'This server takes no new sessions; try again shortly.',
      );
    }
    const offer = readOffer(asked.body);
    const resource = resources.begin(this.#kind, zone, visitor);
    resource.clientFragment = offer.ice.usernameFragment;
    try {
      const body = await this.#doorway.open(resource, offer);
      resource.demandAlive();
      return {
        status: 201,
        headers: {
          'Content-Type': sdpType,
          Location: this.#locationOf(resource),
          ETag: resource.etag,
          'Accept-Patch': fragmentType,
          Link: linksOf(rules.iceServers(visitor)),
        },
        body,
      };
    } catch (error) {
      resource.end();
      const node = error instanceof RefusedError ? error.node : undefined;
      // Once, so that nodes that are all full send nobody round in a circle.
      if (node === undefined || asked.node !== undefined) throw error;
      return redirection(`/${this.#kind}/${zone}`, node);
    }
  }

  /** Trickle, or a restart of ICE (RFC 9725 §4.3). */
  async #patch(asked: Asked, resource: Resource): Promise<Told> {
    demandType(asked, fragmentType, { 'Accept-Patch': fragmentType });
    resource.demandAlive();
    const condition = asked.header('if-match')?.trim();
    if (condition === undefined) {
      throw new HttpRefusal(428, 'A PATCH names the ETag of the session in If-Match.');
    }
    const isAny = condition === '*' || condition === '"*"';
    if (!isAny && !condition.split(/\s*,\s*/).includes(resource.etag)) {
      throw new HttpRefusal(412, 'The ICE session of this ETag is over; this one has another.', {
        ETag: resource.etag,
      });
    }
    const { usernameFragment } = readFragment(asked.body);
    if (usernameFragment === resource.clientFragment) {
      // Candidates of the client are of no use to a server that is reached. Without a tag: it is no other ICE session.
      return { status: 204, headers: {} };
    }
    if (!isAny) {
      const message =
        'These ICE credentials are not of this session; a restart says If-Match: "*".';
      throw new HttpRefusal(412, message, { ETag: resource.etag });
    }
    const { connection } = resource;
    if (!connection) throw new RefusedError('unavailable', 'The media connection is gone.');
    const iceParameters = await connection.restartIce();
    resource.demandAlive();
    resource.restarted(usernameFragment);
    const { iceCandidates } = connection.parametersFor(resource.via);
    return {
      status: 200,
      headers: { 'Content-Type': fragmentType, ETag: resource.etag },
      body: fragmentOf({ iceParameters, iceCandidates }, resource.mid),
    };
  }

  /** A request that has come to another node than its session is at is sent there, once, and to no other origin. */
  #elsewhere(asked: Asked, id: string): Told | undefined {
    const node = this.#parts.resources.nodeOf(id);
    if (node === undefined || asked.node === node) return undefined;
    return redirection(`/${this.#kind}/${encodeURIComponent(asked.zone)}/${id}`, node);
  }

  #locationOf({ zone, id }: Resource): string {
    const { node } = this.#parts.resources;
    const query = node === undefined ? '' : `?${nodeQuery}=${node}`;
    return `/${this.#kind}/${zone}/${id}${query}`;
  }
}

/** What there is at an address, of a session or of a zone. */
export function optionsOf(isSession: boolean): Told {
  return {
    status: 204,
    headers: isSession
      ? { Allow: methods.session, 'Accept-Patch': fragmentType }
      : { Allow: methods.endpoint, 'Accept-Post': sdpType },
  };
}

/** To the same origin, since browsers take `Authorization` to no other. */
function redirection(path: string, node: string): Told {
  return { status: 307, headers: { Location: `${path}?${nodeQuery}=${node}` } };
}

/** @throws RefusedError `unauthenticated` */
function visitorOf({ caller, address, agent, via }: Asked): Visitor {
  if (caller) return { caller, address, agent, via };
  throw new RefusedError('unauthenticated', 'Send a key that is good: Authorization: Bearer KEY.');
}

/** @throws HttpRefusal 415 */
function demandType(asked: Asked, type: string, headers: Record<string, string>): void {
  const sent = asked.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (sent === type) return;
  throw new HttpRefusal(415, `The body is to be ${type}.`, headers);
}

/** RFC 9725 §4.6. */
export function linksOf(servers: readonly IceServer[]): string[] {
  return servers.flatMap(({ urls, username, credential }) => {
    const quoted = (value: string): string => `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
    const secret =
      username === undefined || credential === undefined
        ? ''
        : `; username=${quoted(username)}; credential=${quoted(credential)}; credential-type="password"`;
    return [urls].flat().map((url) => `<${url}>; rel="ice-server"${secret}`);
  });
}
