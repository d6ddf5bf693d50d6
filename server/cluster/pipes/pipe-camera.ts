/** Whoever carries a zone to this node as the camera of that zone here: what it sends comes over pipes. */
import type { Logger } from 'pino';
import { messageOf } from '../../contract/errors.ts';
import type { SpatialLayer } from '../../contract/layers.ts';
import { OwnerMessage, type EdgeMessage, type PipePath } from '../../contract/pipe.ts';
import type { ZoneSummary } from '../../contract/zone.ts';
import type { Camera, Received } from '../../zones/camera.ts';
import type { Zone } from '../../zones/zone.ts';
import type { Arrivals, PipeLoss, PipePlane } from '../../media/plane.ts';
import type { Channel } from '../wire/channel.ts';
import { IncomingTrack } from './incoming-track.ts';
import type { NarrowLink, Picture } from './narrow-link.ts';
import { PipeDemand, type Asked } from './pipe-demand.ts';

/** Between two looks at what comes, ms. */
const interval = 250;
export interface PipeCameraParts {
  readonly pipes: PipePlane;
  /** What all pipes from that node share. */
  readonly link: NarrowLink;
  readonly log: Logger;
}

type Track = Extract<OwnerMessage, { type: 'track' }>;

export class PipeCamera implements Camera, Picture {
  /** Told once when the pipe has ended otherwise than by `close()`; nothing is left of it then. */
  onLost: (reason: PipeLoss) => void = () => {};
  /** Told once when media comes that can be shown. */
  onFlowing: () => void = () => {};
  /** Told of another way by which the zone comes to the other end. */
  onPath: (path: PipePath) => void = () => {};
  readonly peer: string;
  readonly isElsewhere = true;
  /** The owner sees to it that masks are burnt in, or ends its camera. */
  readonly canMask = true;
  readonly window = undefined;
  readonly maxBitrate = undefined;
  readonly sendsUnasked = false;
  readonly #zoneNow: () => Zone;
  #zone: Zone;
  readonly #channel: Channel;
  readonly #pipes: PipePlane;
  readonly #link: NarrowLink;
  readonly #log: Logger;
  readonly #tracks = new Map<string, IncomingTrack>();
  /** Those that are being taken up. */
  readonly #awaited = new Set<string>();
  readonly #looking: NodeJS.Timeout;
  #label = '';
  #films = false;
  #flows = false;
  readonly #demand = new PipeDemand(
    () => this.#limit,
    (asked) => this.#ask(asked),
  );
  /** Whether less is asked for than is wanted. */
  #isLimited = false;
  #closed = false;

  /**
   * @param zone finds it, or makes it: without camera and viewers it is forgotten, and is another one when they come back
   * @param peer what the owner is called in the log
   */
  constructor(zone: () => Zone, peer: string, channel: Channel, parts: PipeCameraParts) {
    const { pipes, link, log } = parts;
    this.#zoneNow = zone;
    this.#zone = zone();
    this.peer = peer;
    this.#channel = channel;
    this.#pipes = pipes;
    this.#link = link;
    this.#log = log;
    link.add(this);
    this.#looking = setInterval(() => this.#look(), interval);
    this.#looking.unref();
    channel.hear(OwnerMessage, (message) => this.#take(message));
    channel.onClosed = () => this.#lose('channel-closed');
  }

  get label(): string {
    return this.#label;
  }

  get reachable(): boolean {
    return !this.#closed;
  }

  async received(): Promise<Received | undefined> {
    if (this.#tracks.size === 0) return undefined;
    const media = [...this.#tracks.values()].reduce((sum, { received }) => sum + received, 0);
    return { media, any: media };
  }

  get wanted(): SpatialLayer | null {
    return this.#demand.wanted;
  }

  get areas(): number[] {
    const { count = 1, sizes } = this.#picture?.pipe.producer.layers ?? {};
    // Each has twice the width and height of the one below, where nobody says anything.
    return sizes?.map(({ width, height }) => width * height) ?? [1, 4, 16, 64].slice(0, count);
  }

  get arrivals(): Arrivals | undefined {
    return this.#picture?.arrivals;
  }

  onLimit(): void {
    this.#demand.limited();
  }

  /** The highest layer that the network between the two nodes has room for. */
  get #limit(): SpatialLayer {
    return this.#picture ? this.#link.limitOf(this) : Infinity;
  }

  get #picture(): IncomingTrack | undefined {
    return [...this.#tracks.values()].find(({ pipe }) => pipe.producer.kind === 'video');
  }

  sendUpTo(highest: SpatialLayer | null): void {
    this.#demand.want(highest);
  }

  /** The owner tells its camera. */
  sendAtMost(): void {}

  /** The owner's camera does, or is ended there. */
  burnIn(): void {
    queueMicrotask(() => this.#zone.confirmMasks(this));
  }

  tell(): void {}

  /** Its place here is another's now, or it was ended for a reason of this node: it is of no use then. */
  ended(): void {
    if (this.#films) this.#lose('occupied');
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#films = false;
    clearInterval(this.#looking);
    this.#demand.close();
    this.#link.remove(this);
    this.#zone.end(this);
    this.#drop();
    this.#channel.close();
  }

  #lose(reason: PipeLoss): void {
    if (this.#closed) return;
    this.close();
    this.onLost(reason);
  }

  #drop(): void {
    for (const { pipe } of this.#tracks.values()) pipe.close();
    this.#tracks.clear();
    this.#awaited.clear();
  }

  #take(message: OwnerMessage): void {
    if (this.#closed) return;
    switch (message.type) {
      case 'path':
        return this.onPath(message.path);
      case 'zone':
        return this.#follow(message.zone);
      case 'track':
        return void this.#add(message);
      case 'gone':
        return this.#remove(message.trackId, message.blank);
      case 'sent':
        return this.#tracks.get(message.trackId)?.answered(message.bytes, message.again);
      case 'elsewhere': // It is said before a pipe is there.
    }
  }

  /** Films here for as long as somebody does at the owner. */
  #follow({ camera, label }: ZoneSummary): void {
    if (camera === 'idle') return this.#leave();
    if (this.#films && label === this.#label) return;
    this.#label = label;
    if (!this.#films) this.#zone = this.#zoneNow();
    try {
      this.#zone.claim(this);
      this.#films = true;
    } catch (error) {
      this.#log.info({ err: error, zone: this.#zone.id }, 'a pipe is not needed: filmed here');
      this.#lose('occupied');
    }
  }

  async #add({ track, end }: Track): Promise<void> {
    const { id } = track;
    this.#awaited.add(id);
    try {
      const pipe = await this.#pipes.take(this.#zone.id, track, end);
      const incoming = new IncomingTrack(id, pipe, (message) => this.#say(message));
      // It may have gone meanwhile.
      if (!this.#awaited.delete(id)) return pipe.close();
      this.#tracks.set(id, incoming);
      pipe.onOpened = () => this.#demand.open();
      pipe.onLost = () => this.#again(incoming);
      this.#say({ type: 'taken', trackId: id, end: pipe.end });
      incoming.expect(this.#demand.asked);
      this.#picture?.pipe.limitTo(this.#limit);
      this.#zone.publish(this, pipe.producer, track.frameRate);
      this.#zone.connected(this);
    } catch (error) {
      this.#awaited.delete(id);
      this.#remove(id);
      const reason = messageOf(error);
      this.#log.warn({ err: error, zone: this.#zone.id }, 'a track of another node is refused');
      this.#say({ type: 'refused', trackId: id, reason: reason.slice(0, 500) });
    }
  }

  #remove(trackId: string, blank?: boolean): void {
    this.#awaited.delete(trackId);
    const track = this.#tracks.get(trackId);
    if (!track) return;
    this.#tracks.delete(trackId);
    this.#zone.unpublish(this, track.pipe.producer.id, blank);
    track.pipe.close();
    if (this.#tracks.size === 0) this.#demand.rest();
  }

  /** Its media worker has ended: the owner lays the pipe anew. */
  #again({ id }: IncomingTrack): void {
    if (!this.#tracks.has(id)) return;
    this.#remove(id);
    this.#say({ type: 'anew', trackId: id });
  }

  /** Nobody films at the owner any more. */
  #leave(): void {
    this.#films = false;
    for (const id of [...this.#tracks.keys()]) this.#remove(id);
    this.#awaited.clear();
    this.#zone.end(this);
  }

  #ask({ highest, isLimited, afresh }: Asked): void {
    if (isLimited !== this.#isLimited) this.#tellOfLimit(isLimited);
    this.#say({ type: 'want', highest, ...(afresh ? { afresh } : {}) });
    for (const track of this.#tracks.values()) track.expect(highest);
    this.#picture?.pipe.limitTo(this.#limit);
  }

  #tellOfLimit(isLimited: boolean): void {
    this.#isLimited = isLimited;
    const fields = { zone: this.#zone.id, from: this.peer };
    if (isLimited)
      this.#log.info(fields, 'fewer layers cross: the network from there is too narrow');
    else this.#log.info(fields, 'all layers cross that are wanted');
  }

  #look(): void {
    for (const track of this.#tracks.values()) {
      track.look().then(
        (loss) => {
          if (loss && this.#tracks.has(track.id)) this.#lose(loss);
          else if (track.flows) this.#flow();
        },
        () => {}, // Its worker is silent or gone, which is told otherwise.
      );
    }
  }

  #flow(): void {
    if (this.#flows || this.#closed) return;
    this.#flows = true;
    this.onFlowing();
  }

  #say(message: EdgeMessage): void {
    if (!this.#closed) this.#channel.send(message);
  }
}
