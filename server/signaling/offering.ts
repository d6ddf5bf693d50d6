/** Hands feeds to a viewer, each by itself: what it cannot have is said of that feed, and takes no other along. */
import { RefusedError } from '../contract/errors.ts';
import type { FeedRefusal } from '../contract/feed.ts';
import type { ConsumerParameters } from '../contract/media.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { MediaConsumer } from '../media/consumer.ts';
import type { MediaProducer } from '../media/producer.ts';
import { logSparingly } from '../limits/sparing-log.ts';
import type { Context } from './context.ts';
import { updateDemand } from './demand.ts';
import { viewOf } from './rising.ts';
import type { Session } from './session.ts';

/** Between two attempts at a feed that may come right by itself, ms; doubled each time. */
const retry = { first: 1000, most: 10_000 };

/** Of which feeds it is in the log that somebody cannot have them: a thousand viewers are one line. */
const logged = new WeakSet<MediaProducer>();

export interface Offered {
  readonly consumers: ConsumerParameters[];
  readonly refused: FeedRefusal[];
}

interface Feed {
  readonly zone: ZoneId;
  readonly producer: MediaProducer;
}

/** Makes the consumers that a session does not have yet, and lists all, and what could not be had. */
export async function offerAll(context: Context, session: Session): Promise<Offered> {
  const feeds = [...session.watching.keys()].flatMap((zone) =>
    context.feeds.of(zone).map((producer) => ({ zone, producer })),
  );
  const outcomes = await Promise.all(feeds.map((feed) => offer(context, session, feed)));
  return {
    consumers: outcomes.flatMap((outcome) => outcome?.consumers ?? []),
    refused: outcomes.flatMap((outcome) => outcome?.refused ?? []),
  };
}

/** Hands over one feed that has come, unless the session has it or left its zone. */
export async function offerNew(context: Context, session: Session, feed: Feed): Promise<void> {
  const { zone, producer } = feed;
  if (!session.watching.has(zone) || producer.closed || !session.transport) return;
  if (session.consumers.has(producer.id)) return;
  const { consumers = [], refused = [] } = (await offer(context, session, feed)) ?? {};
  if (consumers.length > 0) {
    session.notify('producer:live', { consumers });
    updateDemand(context, zone);
  }
  if (refused.length > 0) session.notify('producer:refused', { refused });
}

/** Takes back a consumer of which nothing can be had, says why, and tries again. */
export function breakOff(
  context: Context,
  session: Session,
  consumer: MediaConsumer,
  error: unknown,
): void {
  const { id, zone, producerId } = consumer.parameters;
  const producer = context.feeds.of(zone).find((one) => one.id === producerId);
  if (session.consumers.get(producerId) === consumer) session.consumers.delete(producerId);
  const wasClosed = consumer.closed;
  consumer.close();
  // Closed by a media worker that died, or with its producer, which is told otherwise.
  if (wasClosed || !producer) return;
  session.notify('producer:gone', { zone, consumerIds: [id] });
  const refusal = refuse(context, session, { zone, producer }, error);
  session.notify('producer:refused', { refused: [refusal] });
}

async function offer(
  context: Context,
  session: Session,
  feed: Feed,
  delay = retry.first,
): Promise<Offered | undefined> {
  const { transport } = session;
  try {
    const consumer = await consume(context, session, feed);
    session.refused.delete(feed.producer.id);
    return { consumers: [consumer], refused: [] };
  } catch (error) {
    // A camera may leave while its consumers are being made, and a viewer lose its connection.
    if (feed.producer.closed || session.transport !== transport) return undefined;
    return { consumers: [], refused: [refuse(context, session, feed, error, delay)] };
  }
}

async function consume(
  context: Context,
  session: Session,
  { zone, producer }: Feed,
): Promise<ConsumerParameters> {
  const held = session.consumers.get(producer.id);
  if (held) return held.parameters;
  const { transport, rtpCapabilities } = session;
  const part = session.watching.get(zone);
  if (!transport || !rtpCapabilities || !part) {
    throw new RefusedError('not-joined', 'Send watch first.');
  }
  const shown = { zone, view: viewOf(part.tile, producer) };
  const consumer = await transport.consume(producer, rtpCapabilities, shown);
  consumer.onBroken = (error) => breakOff(context, session, consumer, error);
  session.consumers.set(producer.id, consumer);
  return consumer.parameters;
}

function refuse(
  context: Context,
  session: Session,
  feed: Feed,
  error: unknown,
  delay = retry.first,
): FeedRefusal {
  const { zone, producer } = feed;
  const { id: producerId, kind } = producer;
  if (!logged.has(producer)) {
    logged.add(producer);
    const fields = { err: error, zone, peer: session.peer };
    logSparingly(context.log, 'warn', fields, 'a viewer cannot get this feed');
  }
  const refusal = { zone, producerId, kind, ...faultOf(error) };
  session.refused.set(producerId, refusal);
  // What a viewer cannot decode it will not learn to.
  if (refusal.code !== 'unsupported-media') again(context, session, feed, delay);
  return refusal;
}

function again(context: Context, session: Session, feed: Feed, delay: number): void {
  const refusal = session.refused.get(feed.producer.id);
  const timer = setTimeout(() => {
    void session.enqueue(async () => {
      if (session.refused.get(feed.producer.id) !== refusal || feed.producer.closed) return;
      const outcome = await offer(context, session, feed, Math.min(retry.most, delay * 2));
      if (!outcome || outcome.consumers.length === 0) return;
      session.notify('producer:live', { consumers: outcome.consumers });
      updateDemand(context, feed.zone);
    });
  }, delay);
  timer.unref();
}

function faultOf(error: unknown): Pick<FeedRefusal, 'code' | 'message'> {
  if (error instanceof RefusedError) return { code: error.code, message: error.message };
  const message =
    'The server failed at this picture; its log says why. It is tried again by itself.';
  return { code: 'internal', message };
}
