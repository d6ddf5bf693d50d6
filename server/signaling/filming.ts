/** The camera's side: claim a zone, publish to it, and be noticed when the packets stop. */
import { Cadence } from '../contract/cadence.ts';
import { RefusedError } from '../contract/errors.ts';
import type { Parsed, Response } from '../contract/events.ts';
import type { ZoneId } from '../contract/zone.ts';
import { Demand } from '../zones/demand.ts';
import { BitRateCheck } from '../zones/bit-rate-check.ts';
import { iceServersFor } from '../media/ice-servers.ts';
import type { Context } from './context.ts';
import { updateDemand } from './demand.ts';
import { excessOf, mostOf } from './bit-rate-limit.ts';
import { began, ended } from './participation.ts';
import type { Filming, Session } from './session.ts';
import { makeRoom, whoYields } from './succession.ts';
import { announceGone, announceLive } from './watching.ts';

/** Answers `claim`. */
export async function claim(
  context: Context,
  session: Session,
  request: Parsed<'claim'>,
): Promise<Response<'claim'>> {
  if (session.watching.size > 0) {
    throw new RefusedError('invalid-request', 'claim: this session is a viewer; send leave first.');
  }
  context.shutOut.admit(session, request.zone);
  context.culprits.admit(session, request.zone);
  // Masks that another server was given a moment ago hold for whoever begins now.
  if (session.filming?.zone !== request.zone) await context.lookAround();
  context.privacy.requireMasking(request.zone, request.masks);
  const yielding = whoYields(context, session, request.zone);
  // Counted before anybody has to go, and not for a spare that is refused again and again.
  context.limits.join(session, new Set([request.zone]), context.sessions.values());
  if (yielding) makeRoom(context, session, request.zone, yielding);
  const zone = context.zones.claim(request.zone, session.id, request.label);
  if (session.filming?.zone !== request.zone) {
    stopFilming(context, session);
    session.filming = newPart(request.zone, request.masks);
    try {
      await began(context, session, 'camera', request.zone);
    } catch (error) {
      stopFilming(context, session);
      throw error;
    }
  }
  const { filming: part } = session;
  if (!part) throw lostMeanwhile(request.zone);
  part.canMask = request.masks;
  part.masksDue = undefined; // The answer holds the masks of now.
  const held = session.transport;
  if (held && !held.closed && held.id === request.transportId) {
    const producers = [...part.producers.values()].filter(({ closed }) => !closed);
    part.demand?.repeat();
    const masks = context.privacy.masksOf(request.zone);
    const maxBitrate = mostOf(context, session, request.zone);
    return { zone, masks, maxBitrate, producers: producers.map(({ id, kind }) => ({ id, kind })) };
  }
  dropTransport(context, session, part);
  const maxBitrate = mostOf(context, session, request.zone);
  const transport = await context.sfu.openForCamera(
    request.zone,
    maxBitrate,
    iceServersFor(context.settings, session.relayHolder),
  );
  if (session.filming !== part) {
    transport.close();
    throw lostMeanwhile(request.zone);
  }
  session.transport = transport;
  context.culprits.follow(transport, session, 'camera', request.zone);
  part.received = { media: 0, any: 0 };
  part.rateCheck = new BitRateCheck(performance.now());
  part.most = maxBitrate;
  transport.onConnected = () => context.zones.camera(request.zone, session.id, 'transport-up');
  transport.onLost = (reason) => {
    if (session.transport !== transport) return;
    if (session.filming) dropTransport(context, session, session.filming);
    if (!session.socket) stopFilming(context, session);
    else if (reason === 'worker-died') session.notify('rejoin', { reason: 'media-worker-died' });
  };
  // Looked up last: masks may have changed meanwhile.
  const masks = context.privacy.masksOf(request.zone);
  const { via } = session;
  return { zone, masks, maxBitrate, transport: transport.parametersFor(via), producers: [] };
}

/** Answers `publish`: one track, handed to every watcher at once. */
export async function publish(
  context: Context,
  session: Session,
  request: Parsed<'publish'>,
): Promise<Response<'publish'>> {
  const part = filming(session);
  const { transport } = session;
  if (!transport || transport.id !== request.transportId) {
    throw new RefusedError('not-found', 'This session has no such transport; send claim again.');
  }
  if ([...part.producers.values()].some(({ kind }) => kind === request.kind)) {
    throw new RefusedError('invalid-request', `publish: ${request.kind} is being sent already.`);
  }
  // Not awaited together with connect: what cannot be used is to be refused before anything changes.
  const producer = await transport.produce(request.kind, request.rtpParameters, request.capture);
  try {
    if (request.dtlsParameters) await transport.connect(request.dtlsParameters);
    if (session.filming !== part) throw lostMeanwhile(part.zone);
  } catch (error) {
    producer.close();
    throw error;
  }
  part.producers.set(producer.id, producer);
  context.culprits.owns(transport, producer.id);
  context.feeds.add(part.zone, producer);
  if (producer.kind === 'video') {
    part.media.expect(request.capture?.frameRate);
    const { warm_up: warmUp, linger } = context.settings.camera;
    part.demand = new Demand(producer.layers.count - 1, { warmUp, linger }, (highest) =>
      session.notify('layers:wanted', { highest }),
    );
    updateDemand(context, part.zone);
  }
  announceLive(context, part.zone, producer);
  return { producerId: producer.id };
}

/** Answers `unpublish`. */
export function unpublish(
  context: Context,
  session: Session,
  producerId: string,
): Response<'unpublish'> {
  const part = filming(session);
  if (!part.producers.has(producerId)) {
    throw new RefusedError('not-found', 'This session sends no such track.');
  }
  closeProducer(context, part, producerId);
  return {};
}

/** Ends a camera's part in its zone, and tells the watchers. */
export function stopFilming(context: Context, session: Session): void {
  const part = session.filming;
  if (!part) return;
  dropTransport(context, session, part);
  session.filming = undefined;
  context.zones.camera(part.zone, session.id, 'gone');
  ended(context, session, { role: 'camera', ...part });
}

/** What one look counts in the mean of the last seconds; there are four in each. */
const turnShare = 0.1;
/** How long a camera without a socket may be silent, ms: one that sends, and one that sleeps as told. */
const forsaken = { sending: 1000, asleep: 10_000 };

/**
 * Looks whether each camera still sends what it is asked for. A camera whose socket is lost stays for as
 * long as its packets come, since media does not need the socket. A sleeping one sends no media, but its
 * ICE checks of consent go on (RFC 7675 §5.1: every 5 s or so).
 */
export async function noticeSilence(context: Context, session: Session): Promise<void> {
  const { filming: part, transport } = session;
  if (!part) return;
  if (part.masksDue !== undefined && Date.now() > part.masksDue)
    return stopFilming(context, session);
  const asked = performance.now();
  const received = transport && !transport.closed ? await transport.received() : undefined;
  if (session.filming !== part) return;
  if (received) {
    const turn = performance.now() - asked;
    part.turn = part.turn === undefined ? turn : part.turn + (turn - part.turn) * turnShare;
  }
  const now = Date.now();
  const { media, any } = received ?? { media: 0, any: 0 };
  const sends = media > part.received.media;
  if (sends) part.media.came(now);
  if (any > part.received.any) part.lastSign = now;
  if (received) part.received = received;
  part.lastLook = now;
  const excess = received && excessOf(context, session, part, any);
  if (excess) {
    stopFilming(context, session);
    return session.notify('session:ended', { code: 'bit-rate-exceeded', message: excess });
  }

  const asleep = part.demand?.asleep ?? false;
  const isForsaken = asleep
    ? now - part.lastSign > forsaken.asleep
    : part.media.stopped(now, forsaken.sending);
  if (!session.socket && isForsaken) {
    stopFilming(context, session);
  } else if (sends) {
    context.zones.camera(part.zone, session.id, 'packets');
  } else if (asleep) {
    part.media.rest(now); // It is not to be called stalled for what it did while asleep.
    context.zones.camera(part.zone, session.id, 'rest');
  } else if (
    part.producers.size === 0 &&
    part.media.silence(now) > context.settings.camera.claim_timeout
  ) {
    stopFilming(context, session);
    session.notify('session:ended', {
      code: 'claim-expired',
      message: `${part.zone} was held for a camera that never sent anything. Start the session again.`,
    });
  } else if (part.media.stopped(now, context.settings.camera.stalled_after)) {
    context.zones.camera(part.zone, session.id, 'silence');
  }
}

function newPart(zone: ZoneId, canMask: boolean): Filming {
  const now = Date.now();
  return {
    zone,
    canMask,
    masksDue: undefined,
    since: now,
    producers: new Map(),
    demand: undefined,
    media: new Cadence(now),
    lastSign: now,
    lastLook: now,
    received: { media: 0, any: 0 },
    rateCheck: new BitRateCheck(performance.now()),
    most: 0,
    judgedFrom: 0,
    timing: undefined,
    turn: undefined,
  };
}

function filming(session: Session): Filming {
  if (!session.filming) {
    throw new RefusedError('not-joined', 'This session has claimed no zone; send claim first.');
  }
  return session.filming;
}

function lostMeanwhile(zone: ZoneId): RefusedError {
  return new RefusedError('zone-occupied', `This camera has lost its place in ${zone} meanwhile.`);
}

function dropTransport(context: Context, session: Session, part: Filming): void {
  for (const producerId of [...part.producers.keys()]) closeProducer(context, part, producerId);
  session.closeTransport();
  part.media.rest(Date.now());
  context.zones.camera(part.zone, session.id, 'transport-lost');
}

function closeProducer(context: Context, part: Filming, producerId: string): void {
  const producer = part.producers.get(producerId);
  part.producers.delete(producerId);
  if (producer?.kind === 'video') {
    part.demand?.close();
    part.demand = undefined;
  }
  context.feeds.remove(part.zone, producerId);
  announceGone(context, part.zone, producerId);
  producer?.close();
}
