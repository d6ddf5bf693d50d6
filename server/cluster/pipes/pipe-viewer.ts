/**
 * Another node as a viewer of a zone whose camera is here: it gets the tracks over pipes, in the layers it wants. When its
 * channel is lost, it goes on getting them for a while, until it has another one.
 */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { SpatialLayer } from '../../contract/layers.ts';
import { EdgeMessage, type OwnerMessage } from '../../contract/pipe.ts';
import type { ZoneSummary } from '../../contract/zone.ts';
import type { Wanted } from '../../zones/layer-choice.ts';
import type { Producer } from '../../zones/producer.ts';
import type { Viewer } from '../../zones/viewer.ts';
import type { SteeringNow } from '../../zones/steering.ts';
import type { Zone } from '../../zones/zone.ts';
import type { PipeOut, PipePlane } from '../../media/plane.ts';
import type { Channel, ChannelEnd } from '../wire/channel.ts';
import { isOfSteering, SteeredByPipe, type SteerMessage } from './steered-by-pipe.ts';

/** Between two attempts at a pipe that could not be had, ms; doubled each time. */
const retry = { first: 1000, most: 10_000 };

const nothing: Wanted = { width: 0, height: 0, visible: false };

interface Line {
  out?: PipeOut;
  /** The other node was told of a limit. */
  limited?: true;
}

export interface PipeViewerParts {
  readonly pipes: PipePlane;
  /** Names the other node. */
  readonly log: Logger;
  /** How many viewers it counts as: none where its node tells of them itself (zone-news.ts). */
  readonly screens?: number;
  /** How long it is kept without a channel, ms. */
  readonly patience: number;
}

export class PipeViewer implements Viewer {
  /** Told once when it watches no longer, but by `close()`: the other node has closed the channel, or is gone. */
  onEnded: () => void = () => {};
  /** By which the other node gets it over another channel: known to the two alone. */
  readonly resume = randomUUID();
  readonly screens: number;
  readonly #zone: Zone;
  readonly #steered: SteeredByPipe;
  #channel: Channel | undefined;
  readonly #pipes: PipePlane;
  readonly #log: Logger;
  /** By producer; without a pipe while that is being made. */
  readonly #lines = new Map<Producer, Line>();
  readonly #retries = new Set<NodeJS.Timeout>();
  readonly #patience: number;
  /** Set while there is no channel. */
  #detached: NodeJS.Timeout | undefined;
  /** What is wanted there; nothing before anything was said. */
  #highest: SpatialLayer | null = null;
  #closed = false;
  /** What comes is handled in order. */
  #turn = Promise.resolve();

  /** It says and hears nothing before `attach`. */
  constructor(zone: Zone, parts: PipeViewerParts) {
    const { pipes, log, screens = 1, patience } = parts;
    this.screens = screens;
    this.#zone = zone;
    this.#pipes = pipes;
    this.#log = log;
    this.#patience = patience;
    this.#steered = new SteeredByPipe(zone, (message) => this.#say(message));
    zone.join(this);
  }

  /** The other node has a channel, the first one or another: it is told all there is. */
  attach(channel: Channel): void {
    const former = this.#channel;
    clearTimeout(this.#detached);
    this.#detached = undefined;
    this.#channel = channel;
    channel.hear(EdgeMessage, (message) => this.#take(message));
    channel.onClosed = (end) => this.#lostChannel(end);
    if (former) this.#goOn(former);
    this.tell(this.#zone.summary);
    const { steering } = this.#zone;
    if (steering) this.steered(steering.now);
    for (const producer of this.#zone.feed) this.offer(producer);
  }

  /** Whether it is sent on without a channel. */
  get isDetached(): boolean {
    return this.#detached !== undefined && !this.#closed;
  }

  get wants(): Wanted {
    return this.#highest === null ? nothing : { layer: this.#highest };
  }

  receives(producer: Producer): boolean {
    return this.#lines.get(producer)?.out?.connected ?? false;
  }

  /** A pipe begins with any layer and ends any; what viewers behind it need is in what is wanted there. */
  needs(): SpatialLayer | null {
    return null;
  }

  offer(producer: Producer): void {
    if (this.#closed || !this.#channel || this.#detached || this.#lines.has(producer)) return;
    void this.#lay(producer);
  }

  retract(producerId: string, blank: boolean): void {
    for (const producer of this.#lines.keys())
      if (producer.id === producerId) this.#cut(producer, blank);
  }

  /** What the other node cannot hear now it must not go on showing. */
  masked(): void {
    if (this.#detached) this.#end();
  }

  tell(zone: ZoneSummary): void {
    this.#say({ type: 'zone', zone });
  }

  steered(steering: SteeringNow | null): void {
    this.#say({ type: 'steering', steering });
  }

  /** Watches no longer; nothing is left of it. */
  close(): void {
    if (this.#closed) return;
    for (const producer of [...this.#lines.keys()]) this.#cut(producer);
    this.#closed = true;
    this.#steered.lost();
    clearTimeout(this.#detached);
    for (const timer of this.#retries) clearTimeout(timer);
    this.#zone.leave(this);
    this.#channel?.close();
  }

  /** What was laid whole goes on; the rest is laid anew. */
  #goOn(former: Channel): void {
    former.onClosed = () => {};
    former.close();
    for (const [producer, { out }] of this.#lines) {
      if (!out || out.connected) continue;
      this.#lines.delete(producer);
      out.close();
    }
    const kept = [...this.#lines.values()].flatMap(({ out }) => out?.track.id ?? []);
    this.#say({ type: 'kept', trackIds: kept });
    for (const [producer, line] of this.#lines) this.#tellLimit(producer, line);
  }

  #lostChannel(end: ChannelEnd): void {
    // Its picture may go on; whoever steers there is not heard.
    this.#steered.lost();
    if (end === 'shut' || this.#zone.awaitsMasks) return this.#end();
    this.#detached = setTimeout(() => this.#end(), this.#patience).unref();
  }

  #end(): void {
    this.close();
    this.onEnded();
  }

  async #lay(producer: Producer, delay = retry.first): Promise<void> {
    const line: Line = {};
    this.#lines.set(producer, line);
    try {
      const out = await this.#pipes.open(producer);
      if (this.#lines.get(producer) !== line || producer.closed) return out.close();
      line.out = out;
      const unfollow = producer.limit.follow(() => this.#tellLimit(producer, line));
      out.whenClosed(() => {
        unfollow();
        this.#lost(producer, line);
      });
      this.#say({ type: 'track', track: out.track, end: out.end });
    } catch (error) {
      if (this.#lines.get(producer) !== line) return;
      this.#lines.delete(producer);
      if (producer.closed) return;
      this.#log.warn({ err: error, zone: this.#zone.id }, 'another node cannot get this feed');
      this.#tryAgain(producer, delay);
    }
  }

  #tryAgain(producer: Producer, delay: number): void {
    const timer = setTimeout(() => {
      this.#retries.delete(timer);
      if (producer.closed || this.#detached || this.#lines.has(producer)) return;
      void this.#lay(producer, Math.min(retry.most, delay * 2));
    }, delay);
    timer.unref();
    this.#retries.add(timer);
  }

  /** A pipe has ended by itself, as its worker did, or the camera's track. */
  #lost(producer: Producer, line: Line): void {
    if (this.#lines.get(producer) === line) this.#cut(producer);
  }

  #cut(producer: Producer, blank = false): void {
    const out = this.#lines.get(producer)?.out;
    this.#lines.delete(producer);
    if (!out) return;
    this.#say({ type: 'gone', trackId: out.track.id, ...(blank ? { blank } : {}) });
    out.close();
    this.#zone.refreshDemand();
  }

  #take(message: EdgeMessage): void {
    // Not in turn: a camera that is to stop waits for nothing.
    if (isOfSteering(message)) return this.#closed ? undefined : this.#steered.take(message);
    this.#turn = this.#turn
      .then(() => (this.#closed ? undefined : this.#handle(message)))
      .catch((error: unknown) =>
        this.#log.warn({ err: error, zone: this.#zone.id }, 'a pipe to another node failed'),
      );
  }

  async #handle(message: Exclude<EdgeMessage, SteerMessage>): Promise<void> {
    if (message.type === 'want') return this.#want(message.highest, message.afresh);
    const [producer, out] = this.#lineOf(message.trackId);
    if (!producer || !out) return; // It has ended, which the other node hears or has heard.
    switch (message.type) {
      case 'taken':
        await out.connect(message.end);
        this.#tellLimit(producer, this.#lines.get(producer));
        await this.#carryAll();
        // Last, so that the key frame with which a camera wakes finds the way open.
        return this.#zone.refreshDemand();
      case 'refused':
        this.#log.warn({ zone: this.#zone.id, reason: message.reason }, 'a pipe was refused');
        return this.#cut(producer);
      case 'key-frame':
        return out.requestKeyFrame();
      case 'key-wanted':
        return void producer.keyWishes?.want(message.layer);
      case 'look':
        return this.#say({ type: 'sent', trackId: message.trackId, ...(await out.sent()) });
      case 'hear':
        return this.#say({ type: 'heard', trackId: message.trackId, bytes: await out.heard() });
      case 'anew':
        this.#cut(producer);
        if (!producer.closed) this.offer(producer);
    }
  }

  async #want(highest: SpatialLayer | null, afresh?: boolean): Promise<void> {
    this.#highest = highest;
    await this.#carryAll(afresh);
    this.#zone.refreshDemand();
  }

  async #carryAll(afresh = false): Promise<void> {
    const connected = [...this.#lines].filter(([, { out }]) => out?.connected);
    await Promise.all(
      connected.map(([producer, { out }]) =>
        out?.carry(this.#layerOf(producer), afresh && producer.kind === 'video'),
      ),
    );
  }

  #layerOf({ kind, layers }: Producer): SpatialLayer | null {
    // Sound goes with the picture; where there is none, nothing is ever said of what is wanted.
    if (kind === 'audio') return this.#highest !== null || !this.#zone.video ? 0 : null;
    return this.#highest === null ? null : Math.min(this.#highest, layers.count - 1);
  }

  #lineOf(trackId: string): [Producer?, PipeOut?] {
    for (const [producer, { out }] of this.#lines)
      if (out?.track.id === trackId) return [producer, out];
    return [];
  }

  /** That only some of its layers can come; or all again. The other end hears it once it has taken the track. */
  #tellLimit({ layers, limit }: Producer, line: Line | undefined): void {
    if (!line?.out?.connected) return;
    const { highest } = limit;
    if (highest === layers.count - 1 && !line.limited) return;
    line.limited = true;
    this.#say({ type: 'limit', trackId: line.out.track.id, highest });
  }

  #say(message: OwnerMessage): void {
    if (!this.#closed) this.#channel?.send(message);
  }
}
