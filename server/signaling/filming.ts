/** The camera's side: claim a zone, publish to it, and be noticed when the packets stop. */
import { RefusedError } from '../contract/errors.ts';
import type { Parsed, Response } from '../contract/events.ts';
import type { Context } from './context.ts';
import { begin, end } from './parts.ts';
import type { Filming, Session } from './session.ts';
import { announceGone, announceLive } from './watching.ts';

/** Answers `claim`. */
export async function claim(
  context: Context,
  session: Session,
  request: Parsed<'claim'>,
): Promise<Response<'claim'>> {
  if (session.part?.role === 'operator') {
    throw new RefusedError('invalid-request', 'claim: this session is a viewer; send leave first.');
  }
  const before = session.part;
  const zone = context.zones.claim(request.zone, session.id, request.label);
  let part = before;
  if (!part || part.zone !== request.zone) {
    stopFilming(context, session);
    const now = Date.now();
    part = {
      role: 'camera',
      zone: request.zone,
      since: now,
      producers: new Map(),
      lastPacket: now,
      receivedBytes: 0,
    };
    begin(context, session, part);
  }
  const held = session.transport;
  if (held && !held.closed && held.id === request.transportId) {
    const producers = [...part.producers.values()].filter(({ closed }) => !closed);
    return { zone, producers: producers.map(({ id, kind }) => ({ id, kind })) };
  }
  dropTransport(context, session, part);
  const transport = await context.sfu.openForCamera(request.zone);
  session.transport = transport;
  part.receivedBytes = 0;
  transport.onConnected = () => context.zones.camera(request.zone, session.id, 'transport-up');
  transport.onLost = (reason) => {
    if (session.transport !== transport) return;
    if (session.part?.role === 'camera') dropTransport(context, session, session.part);
    if (!session.socket) stopFilming(context, session);
    else if (reason === 'worker-died') session.notify('rejoin', { reason: 'media-worker-died' });
  };
  return { zone, transport: transport.parameters, producers: [] };
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
  const producer = await transport.produce(request.kind, request.rtpParameters);
  try {
    if (request.dtlsParameters) await transport.connect(request.dtlsParameters);
  } catch (error) {
    producer.close();
    throw error;
  }
  part.producers.set(producer.id, producer);
  context.feeds.add(part.zone, producer);
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
  if (session.part?.role !== 'camera') return;
  dropTransport(context, session, session.part);
  end(context, session);
}

/**
 * Looks whether each camera still sends. A camera whose socket is lost stays for as long as its
 * packets come, since media does not need the socket; without packets it is gone after a second.
 */
export async function noticeSilence(context: Context, session: Session): Promise<void> {
  const { part, transport } = session;
  if (part?.role !== 'camera') return;
  const received = transport && !transport.closed ? await transport.receivedBytes() : 0;
  if (session.part !== part) return;
  const now = Date.now();
  if (received > part.receivedBytes) {
    part.receivedBytes = received;
    part.lastPacket = now;
    context.zones.camera(part.zone, session.id, 'packets');
    return;
  }
  const silence = now - part.lastPacket; // ms
  if (!session.socket && silence > 1000) {
    stopFilming(context, session);
  } else if (part.producers.size === 0 && silence > context.settings.camera.claim_timeout) {
    stopFilming(context, session);
    session.notify('session:ended', {
      code: 'claim-expired',
      message: `${part.zone} was held for a camera that never sent anything. Start the session again.`,
    });
  } else if (silence > context.settings.camera.stalled_after) {
    context.zones.camera(part.zone, session.id, 'silence');
  }
}

function filming(session: Session): Filming {
  if (session.part?.role !== 'camera') {
    throw new RefusedError('not-joined', 'This session has claimed no zone; send claim first.');
  }
  return session.part;
}

function dropTransport(context: Context, session: Session, part: Filming): void {
  for (const producerId of [...part.producers.keys()]) closeProducer(context, part, producerId);
  session.closeTransport();
  part.lastPacket = Date.now();
  context.zones.camera(part.zone, session.id, 'transport-lost');
}

function closeProducer(context: Context, part: Filming, producerId: string): void {
  const producer = part.producers.get(producerId);
  part.producers.delete(producerId);
  context.feeds.remove(part.zone, producerId);
  announceGone(context, part.zone, producerId);
  producer?.close();
}
