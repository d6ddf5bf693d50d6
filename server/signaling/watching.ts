/** The operator's side: watch a zone, and be told when media comes and goes. */
import { RefusedError } from '../contract/errors.ts';
import type { Parsed, Response } from '../contract/events.ts';
import type { ConsumerParameters } from '../contract/media.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { MediaProducer } from '../media/transport.ts';
import type { Context } from './context.ts';
import { begin, end } from './parts.ts';
import type { Session } from './session.ts';

/** Answers `watch`: joins, changes zone or returns, and says everything the client is to have. */
export async function watch(
  context: Context,
  session: Session,
  request: Parsed<'watch'>,
): Promise<Response<'watch'>> {
  if (session.part?.role === 'camera') {
    throw new RefusedError('invalid-request', 'watch: this session is a camera; send leave first.');
  }
  if (session.part?.zone !== request.zone) {
    end(context, session);
    begin(context, session, { role: 'operator', zone: request.zone, since: Date.now() });
  }
  session.rtpCapabilities = request.rtpCapabilities;
  const zone = context.zones.join(request.zone, session.id);
  const transport = await keepOrOpen(context, session, request);
  const consumers = await reconcile(context, session, request.zone);
  return { zone, consumers, ...(transport ? { transport } : {}) };
}

async function keepOrOpen(context: Context, session: Session, request: Parsed<'watch'>) {
  const held = session.transport;
  if (held && !held.closed && held.id === request.transportId) return undefined;
  session.closeTransport();
  const transport = await context.sfu.openForViewer(request.zone);
  session.transport = transport;
  transport.onLost = (reason) => {
    if (session.transport !== transport) return;
    session.closeTransport();
    if (reason === 'worker-died') session.notify('rejoin', { reason: 'media-worker-died' });
  };
  return transport.parameters;
}

/** Closes consumers of other zones, makes the missing ones, and lists all. */
async function reconcile(
  context: Context,
  session: Session,
  zone: ZoneId,
): Promise<ConsumerParameters[]> {
  const feed = context.feeds.of(zone);
  const wanted = new Set(feed.map(({ id }) => id));
  for (const [producerId, consumer] of session.consumers) {
    if (wanted.has(producerId) && !consumer.closed) continue;
    consumer.close();
    session.consumers.delete(producerId);
  }
  const made = await Promise.allSettled(feed.map((producer) => consume(session, producer)));
  for (const [index, outcome] of made.entries()) {
    // A camera may leave while its consumers are being made; whoever is still there must succeed.
    if (outcome.status === 'rejected' && !feed[index]?.closed) throw outcome.reason;
  }
  return made.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
}

async function consume(session: Session, producer: MediaProducer): Promise<ConsumerParameters> {
  const held = session.consumers.get(producer.id);
  if (held) return held.parameters;
  const { transport, rtpCapabilities } = session;
  if (!transport || !rtpCapabilities) throw new RefusedError('not-joined', 'Send watch first.');
  const consumer = await transport.consume(producer, rtpCapabilities);
  session.consumers.set(producer.id, consumer);
  return consumer.parameters;
}

/** Hands a new producer to everyone who watches its zone. */
export function announceLive(context: Context, zone: ZoneId, producer: MediaProducer): void {
  for (const session of watchersOf(context, zone)) {
    session
      .enqueue(async () => {
        if (session.part?.zone !== zone || producer.closed || !session.transport) return;
        if (session.consumers.has(producer.id)) return;
        const parameters = await consume(session, producer);
        session.notify('producer:live', { zone, consumers: [parameters] });
      })
      .catch((error: unknown) => {
        context.log.warn({ err: error, zone, peer: session.peer }, 'a viewer cannot get this feed');
      });
  }
}

/** Tells everyone who watches a zone that a producer ended. */
export function announceGone(context: Context, zone: ZoneId, producerId: string): void {
  for (const session of watchersOf(context, zone)) {
    const consumer = session.consumers.get(producerId);
    if (!consumer) continue;
    session.consumers.delete(producerId);
    consumer.close();
    session.notify('producer:gone', { zone, consumerIds: [consumer.parameters.id] });
  }
}

/** Answers `consumer:resume`. */
export async function resume(
  session: Session,
  consumerId: string,
): Promise<Response<'consumer:resume'>> {
  const consumer = [...session.consumers.values()].find(
    ({ parameters }) => parameters.id === consumerId,
  );
  if (!consumer || consumer.closed) {
    throw new RefusedError('not-found', 'This session has no such consumer.');
  }
  await consumer.resume();
  return {};
}

function watchersOf(context: Context, zone: ZoneId): Session[] {
  return context.zones.watchers(zone).flatMap((id) => context.sessions.get(id) ?? []);
}
