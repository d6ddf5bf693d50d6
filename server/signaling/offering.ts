/** Hands producers to a viewer, each by itself: a refusal concerns that producer alone, and stops no other. */
import type { Logger } from 'pino';
import { RefusedError } from '../contract/errors.ts';
import type { ProducerRefusal } from '../contract/producer-refusal.ts';
import type { ConsumerParameters } from '../contract/media.ts';
import { logSparingly } from '../limits/sparing-log.ts';
import type { Consumer } from '../media/plane.ts';
import type { Producer } from '../zones/producer.ts';
import type { Zone } from '../zones/zone.ts';
import type { TabSession } from './tab-session.ts';
import { viewOf } from './view-of.ts';

/** Time until the next attempt at a producer that may work later, ms; doubled each time. */
const retry = { first: 1000, most: 10_000 };

export interface Offered {
  readonly consumers: ConsumerParameters[];
  readonly refused: ProducerRefusal[];
}

export interface ZoneProducer {
  readonly zone: Zone;
  readonly producer: Producer;
}

export class Offering {
  readonly #log: Logger;
  /** Producers whose refusal is in the log already: a thousand viewers are one line. */
  readonly #logged = new WeakSet<Producer>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Makes the consumers that a session does not have yet, and lists all, and what could not be had. */
  async offerAll(session: TabSession): Promise<Offered> {
    const producers = [...session.viewing.zones.values()].flatMap(({ zone }) =>
      zone.feed.map((producer) => ({ zone, producer })),
    );
    const outcomes = await Promise.all(producers.map((one) => this.#offer(session, one)));
    return {
      consumers: outcomes.flatMap((outcome) => outcome?.consumers ?? []),
      refused: outcomes.flatMap((outcome) => outcome?.refused ?? []),
    };
  }

  /** Hands over one producer that has come, unless the session has it or left its zone. */
  async offerNew(session: TabSession, offered: ZoneProducer): Promise<void> {
    const { zone, producer } = offered;
    const { zones, connection, consumers: held } = session.viewing;
    if (!zones.has(zone.id) || producer.closed || !connection || held.has(producer.id)) return;
    const { consumers = [], refused = [] } = (await this.#offer(session, offered)) ?? {};
    if (consumers.length > 0) {
      session.notify('producer:live', { consumers });
      zone.refreshDemand();
    }
    if (refused.length > 0) session.notify('producer:refused', { refused });
  }

  /** Takes back a consumer of which nothing can be had, says why, and tries again. */
  breakOff(session: TabSession, zone: Zone, consumer: Consumer, error: unknown): void {
    const { id, producerId } = consumer.parameters;
    const { consumers } = session.viewing;
    const producer = zone.feed.find((one) => one.id === producerId);
    if (consumers.get(producerId) === consumer) consumers.delete(producerId);
    const wasClosed = consumer.closed;
    consumer.close();
    // Closed by a media worker that died, or with its producer, which is told otherwise.
    if (wasClosed || !producer) return;
    session.notify('producer:gone', { zone: zone.id, consumerIds: [id] });
    const refusal = this.#refuse(session, { zone, producer }, error);
    session.notify('producer:refused', { refused: [refusal] });
  }

  async #offer(
    session: TabSession,
    offered: ZoneProducer,
    delay = retry.first,
  ): Promise<Offered | undefined> {
    const { viewing } = session;
    const { connection } = viewing;
    const { producer } = offered;
    try {
      const consumer = await this.#consume(session, offered);
      viewing.refused.delete(producer.id);
      // Until it flows, what it replaces is not to be given up.
      const consumers = [consumer.replaced, consumer].flatMap((one) => one?.parameters ?? []);
      return { consumers, refused: [] };
    } catch (error) {
      // A camera may leave while its consumers are being made, and a viewer lose its connection.
      if (producer.closed || viewing.connection !== connection) return undefined;
      return { consumers: [], refused: [this.#refuse(session, offered, error, delay)] };
    }
  }

  async #consume(session: TabSession, { zone, producer }: ZoneProducer): Promise<Consumer> {
    const { connection, rtpCapabilities, consumers, zones } = session.viewing;
    const held = consumers.get(producer.id);
    if (held) return held;
    const watched = zones.get(zone.id);
    if (!connection || !rtpCapabilities || !watched) {
      throw new RefusedError('not-joined', 'Send watch first.');
    }
    const shown = { zone: zone.id, view: viewOf(watched.tile, producer, session.viewing) };
    const consumer = await connection.consume(producer, rtpCapabilities, shown);
    consumer.onBroken = (error) => this.breakOff(session, zone, consumer, error);
    consumer.onNeeds = () => zone.refreshDemand();
    consumers.set(producer.id, consumer);
    return consumer;
  }

  #refuse(
    session: TabSession,
    offered: ZoneProducer,
    error: unknown,
    delay = retry.first,
  ): ProducerRefusal {
    const { zone, producer } = offered;
    const { id: producerId, kind } = producer;
    if (!this.#logged.has(producer)) {
      this.#logged.add(producer);
      const fields = { err: error, zone: zone.id, peer: session.peer };
      logSparingly(this.#log, 'warn', fields, 'a viewer cannot get this feed');
    }
    const refusal = { zone: zone.id, producerId, kind, ...faultOf(error) };
    session.viewing.refused.set(producerId, refusal);
    zone.refreshDemand(); // Nothing is sent for a viewer who would not get it.
    // A viewer that cannot decode this codec never will: no retry.
    if (refusal.code !== 'unsupported-media') this.#tryAgain(session, offered, delay);
    return refusal;
  }

  #tryAgain(session: TabSession, offered: ZoneProducer, delay: number): void {
    const { refused } = session.viewing;
    const { zone, producer } = offered;
    const { id } = producer;
    const refusal = refused.get(id);
    const timer = setTimeout(() => {
      void session.enqueue(async () => {
        if (refused.get(id) !== refusal || producer.closed) return;
        const outcome = await this.#offer(session, offered, Math.min(retry.most, delay * 2));
        if (!outcome || outcome.consumers.length === 0) return;
        session.notify('producer:live', { consumers: outcome.consumers });
        zone.refreshDemand();
      });
    }, delay);
    timer.unref();
  }
}

function faultOf(error: unknown): Pick<ProducerRefusal, 'code' | 'message'> {
  if (error instanceof RefusedError) return { code: error.code, message: error.message };
  const message =
    'The server failed at this picture; its log says why. It is tried again by itself.';
  return { code: 'internal', message };
}
