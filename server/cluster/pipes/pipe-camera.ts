/**
 * Whoever carries a zone to this node as the camera of that zone here: what it sends comes over pipes. When the channel is
 * lost, what comes is shown on for a while, until there is another one.
 */
import type { Logger } from 'pino';
import type { SpatialLayer } from '../../contract/layers.ts';
import {
  OwnerMessage,
  type EdgeMessage,
  type PipePath,
  type SteeringThere,
} from '../../contract/pipe.ts';
import type { ZoneSummary } from '../../contract/zone.ts';
import type { PipeLoss, PipePlane } from '../../media/plane.ts';
import type { Camera, Received } from '../../zones/camera.ts';
import type { Zone } from '../../zones/zone.ts';
import type { Channel, ChannelEnd } from '../wire/channel.ts';
import type { IncomingTrack } from './incoming-track.ts';
import { IncomingTracks, type OfferedTrack } from './incoming-tracks.ts';
import { Keeping } from './keeping.ts';
import type { NarrowLink } from './narrow-link.ts';
import { PipedPicture } from './piped-picture.ts';
import { PipedSteering } from './piped-steering.ts';

/** Between two looks at what comes, ms. */
const interval = 250;

export interface PipeCameraParts {
  readonly pipes: PipePlane;
  /** What all pipes from that node share. */
  readonly link: NarrowLink;
  readonly log: Logger;
  /** How long it is kept without a channel, while media comes; ms. */
  readonly patience: number;
}

export class PipeCamera implements Camera {
  /** Told once when the pipe has ended otherwise than by `close()`; nothing is left of it then. */
  onLost: (reason: PipeLoss) => void = () => {};
  /** Told once when media comes that can be shown. */
  onFlowing: () => void = () => {};
  /** Told of another way by which the zone comes to the other end. */
  onPath: (path: PipePath) => void = () => {};
  /** Told when the channel is lost, and another one is waited for (`attach`). */
  onDetached: () => void = () => {};
  /** Told again and again when the other end does not hear what is said of the media, which comes all the same. */
  onUnheard: () => void = () => {};
  label = '';
  readonly peer: string;
  readonly isElsewhere = true;
  /** The owner sees to it that masks are burnt in, or ends its camera. */
  readonly canMask = true;
  readonly canCover = true;
  readonly window = undefined;
  readonly maxBitrate = undefined;
  readonly sendsUnasked = false;
  readonly #zoneNow: () => Zone;
  #zone: Zone;
  #channel: Channel;
  readonly #log: Logger;
  readonly #tracks: IncomingTracks;
  readonly #picture: PipedPicture;
  readonly #keeping: Keeping;
  readonly #looking: NodeJS.Timeout;
  #steering: PipedSteering | undefined;
  #films = false;
  #flows = false;
  #closed = false;

  /**
   * @param zone finds it, or makes it: without camera and viewers it is forgotten, and is another one when they come back
   * @param peer what the owner is called in the log
   */
  constructor(zone: () => Zone, peer: string, channel: Channel, parts: PipeCameraParts) {
    const { pipes, link, log, patience } = parts;
    this.#zoneNow = zone;
    this.#zone = zone();
    this.peer = peer;
    this.#channel = channel;
    this.#log = log;
    const say = (message: EdgeMessage): void => this.#say(message);
    this.#tracks = new IncomingTracks({
      take: ({ track, end }) => pipes.take(this.#zone.id, track, end),
      say,
      onTaken: (track, offered) => this.#show(track, offered),
      onGone: (track, blank) => this.#hide(track, blank),
      onRefused: (error) =>
        log.warn({ err: error, zone: this.#zone.id }, 'a track of another node is refused'),
    });
    const named = log.child({ zone: this.#zone.id, from: peer });
    this.#picture = new PipedPicture({ tracks: this.#tracks, link, say, log: named });
    this.#keeping = new Keeping(patience, performance.now());
    this.#looking = setInterval(() => this.#look(), interval).unref();
    this.#listen();
  }

  /** There is another channel of the same pipe: all is asked for anew. */
  attach(channel: Channel): void {
    this.#keeping.found();
    this.#channel = channel;
    this.#listen();
    this.#picture.repeat();
  }

  /** The other end could not be asked for another channel. */
  refused(): void {
    this.#keeping.refused();
    this.#look();
  }

  /** Whether it shows what comes without a channel. */
  get isDetached(): boolean {
    return this.#keeping.isLost && !this.#closed;
  }

  get reachable(): boolean {
    return !this.#closed && !this.isDetached;
  }

  async received(): Promise<Received | undefined> {
    const media = this.#tracks.received;
    return this.#tracks.all.length === 0 ? undefined : { media, any: media };
  }

  sendUpTo(highest: SpatialLayer | null): void {
    this.#picture.want(highest);
  }

  /** The owner asks its camera. */
  askForKey(layer: SpatialLayer): void {
    for (const { id, pipe } of this.#tracks.all)
      if (pipe.producer.kind === 'video') this.#say({ type: 'key-wanted', trackId: id, layer });
  }

  /** The owner tells its camera. */
  sendAtMost(): void {}
  tell(): void {}

  /** The owner's camera does, or is ended there. */
  burnIn(): void {
    queueMicrotask(() => this.#zone.confirmMasks(this));
  }

  /** Its place here is another's now, or it was ended for a reason of this node: it is of no use then. */
  ended(): void {
    if (this.#films) this.#lose(this.isDetached ? 'channel-closed' : 'occupied');
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#films = false;
    clearInterval(this.#looking);
    this.#picture.close();
    this.#steer(null);
    this.#zone.end(this);
    this.#tracks.drop();
    this.#channel.close();
  }

  #lose(reason: PipeLoss): void {
    if (this.#closed) return;
    this.close();
    this.onLost(reason);
  }

  #listen(): void {
    this.#channel.hear(OwnerMessage, (message) => this.#take(message));
    this.#channel.onClosed = (end) => this.#lostChannel(end);
  }

  #lostChannel(end: ChannelEnd): void {
    if (end === 'shut') return this.#lose('channel-closed');
    this.#steer(null);
    this.#keeping.lost(performance.now());
    this.onDetached();
    this.#look();
  }

  /** Where there are masks, nobody could tell whether the last picture has those of now: it does not stay. */
  #giveUp(): void {
    if (this.#zone.hidesAnything) this.#tracks.removeAll(true);
    this.#lose('channel-closed');
  }

  #take(message: OwnerMessage): void {
    if (this.#closed) return;
    switch (message.type) {
      case 'path':
        return this.onPath(message.path);
      case 'zone':
        return this.#follow(message.zone);
      case 'track':
        return void this.#tracks.add(message);
      case 'limit':
        this.#tracks.find(message.trackId)?.limitTo(message.highest);
        return this.#picture.lead();
      case 'gone':
        return this.#tracks.remove(message.trackId, message.blank);
      case 'kept':
        return this.#tracks.keep(message.trackIds);
      case 'sent':
        return this.#tracks.find(message.trackId)?.answered(message.bytes, message.again);
      case 'heard':
        if (this.#tracks.find(message.trackId)?.heard(message.bytes)) this.onUnheard();
        return;
      case 'steering':
        return this.#steer(message.steering);
      case 'steered':
        return this.#steering?.answered(message.id, message.fault);
      case 'elsewhere': // It is said before a pipe is there.
    }
  }

  /** Films here for as long as somebody does at the owner. */
  #follow({ camera, label }: ZoneSummary): void {
    if (camera === 'idle') {
      this.#films = false;
      this.#steer(null);
      this.#tracks.removeAll();
      return this.#zone.end(this);
    }
    if (this.#films && label === this.label) return;
    this.label = label;
    if (!this.#films) this.#zone = this.#zoneNow();
    try {
      this.#zone.claim(this);
      this.#films = true;
    } catch (error) {
      this.#log.info({ err: error, zone: this.#zone.id }, 'a pipe is not needed: filmed here');
      this.#lose('occupied');
    }
  }

  #steer(now: SteeringThere | null): void {
    const before = this.#steering;
    if (now && before) {
      before.told(now);
      return this.#zone.tellSteering();
    }
    this.#steering = now ? new PipedSteering(now, (message) => this.#say(message)) : undefined;
    this.#zone.steerable(this, this.#steering);
    before?.close();
  }

  #show(incoming: IncomingTrack, { track }: OfferedTrack): void {
    const { pipe } = incoming;
    pipe.onOpened = () => this.#picture.open();
    incoming.expect(this.#picture.asked);
    this.#picture.lead();
    if (track.kind === 'video') this.#keeping.expect(track.frameRate);
    this.#zone.publish(this, pipe.producer, track.frameRate);
    this.#zone.connected(this);
  }

  #hide({ pipe }: IncomingTrack, blank: boolean | undefined): void {
    this.#zone.unpublish(this, pipe.producer.id, blank);
    if (this.#tracks.all.length === 0) this.#picture.rest();
  }

  #look(): void {
    if (this.#keeping.isLate(performance.now())) return this.#giveUp();
    for (const track of this.#tracks.all) {
      track.look().then(
        (loss) => this.#judge(track, loss),
        () => {}, // Its worker is silent or gone, which is told otherwise.
      );
    }
  }

  #judge(track: IncomingTrack, loss: PipeLoss | undefined): void {
    const due = this.#picture.asked !== null;
    const isQuiet = this.#keeping.look(performance.now(), this.#tracks.received, due);
    if (isQuiet) this.#giveUp();
    else if (loss && this.#tracks.find(track.id)) this.#lose(loss);
    else if (track.flows && !this.#flows && !this.#closed) {
      this.#flows = true;
      this.onFlowing();
    }
  }

  #say(message: EdgeMessage): void {
    if (!this.#closed) this.#channel.send(message);
  }
}
