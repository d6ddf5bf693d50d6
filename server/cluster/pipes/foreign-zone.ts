/**
 * One zone that is watched here while its camera is at another node: its pipe, from its owner or from a node that has it from
 * there, which is looked for, followed, had again when its channel is lost, and laid anew when it fails.
 */
import type { Logger } from 'pino';
import type { PipeNode, PipePath } from '../../contract/pipe.ts';
import type { ZoneId } from '../../contract/zone.ts';
import { jittered } from '../../jitter.ts';
import type { PipeLoss } from '../../media/plane.ts';
import type { Zone } from '../../zones/zone.ts';
import type { Leases, Owner } from '../directory/leases.ts';
import type { NodeRun } from '../wire/peers.ts';
import { blameOf, unheard } from './blame.ts';
import type { Found, Wish } from './parent-search.ts';
import type { PipeCamera } from './pipe-camera.ts';
import type { PipeOffer } from './pipe-offer.ts';
import { isUsable } from './place.ts';
import type { Reach } from './reach.ts';
import { askAgain, type Resumption } from './resumption.ts';

/** Until a lost pipe is laid anew, at most, ms: by chance, so that those who lost the same parent do not ask at once. */
const spread = 200;
/** Between two searches that found nobody, ms; doubled each time. */
const again = { first: 500, most: 5000 };
/** So many attempts to have a pipe again, and another way is looked for. */
const patient = 2;
/** Between two searches for another way than one that works in one direction alone, ms. */
const oneWayPause = 60_000;
/** A pipe that has lived for so long is none that is refused at once, ms. */
const settled = 3000;

export interface ForeignZoneParts {
  readonly leases: Pick<Leases, 'has' | 'cede'>;
  readonly self: NodeRun;
  readonly reach: Reach;
  readonly find: (zone: ZoneId) => Zone | undefined;
  readonly search: (wish: Wish) => Promise<Found | undefined>;
  readonly ask: Resumption['ask'];
  readonly makeCamera: (zone: Zone, parent: string, offer: PipeOffer) => PipeCamera;
  /** Told that another node has a zone. */
  readonly onForeign: (zone: ZoneId) => void;
  /** Told that the way of a zone to here has changed. */
  readonly onPath: (zone: ZoneId) => void;
  /** Told that a zone does not come from its owner any more, or not at all: whoever gets it from here has to go. */
  readonly onBelow: (zone: ZoneId) => void;
  readonly log: Logger;
}

interface Pipe {
  readonly camera: PipeCamera;
  readonly parent: PipeNode;
  /** By which it can be had again when its channel is lost. */
  readonly resume: string | undefined;
  /** ms as of `performance.now()` */
  readonly since: number;
  path: PipePath;
  /** Until when no other way is looked for, although this one is of little use; ms as of `performance.now()`. */
  stays: number;
}

export class ForeignZone {
  /** Whether anybody here watches. */
  isWatched = true;
  /** Told when who has the zone is to be looked up. */
  onDue: () => void = () => {};
  readonly zone: ZoneId;
  readonly #parts: ForeignZoneParts;
  /** As of the last time that anybody knew. */
  #owner: Owner | undefined;
  #pipe: Pipe | undefined;
  /** From whose node on a way is looked for. */
  #searching: Owner | undefined;
  /** Not before this time another is looked for, ms as of `performance.now()`, and how long after the next failure. */
  #due = 0;
  #delay = again.first;
  /** The run of the owner from which none could be had, until one was: it is told once. */
  #refusedBy: string | undefined;
  #closed = false;

  constructor(zone: ZoneId, parts: ForeignZoneParts) {
    this.zone = zone;
    this.#parts = parts;
  }

  /** From which node it comes. */
  get parent(): PipeNode | undefined {
    return this.#pipe?.parent;
  }

  /** By which nodes it comes; undefined where it does not, and while that cannot be known for certain. */
  get path(): PipePath | undefined {
    return this.#pipe?.camera.isDetached ? undefined : this.#pipe?.path;
  }

  hasFrom({ boot }: NodeRun): boolean {
    return this.#pipe?.path.nodes[0]?.boot === boot;
  }

  /** @param owner who has it now, as far as anybody knows */
  follow(owner: Owner | undefined): void {
    const { leases, self, onForeign } = this.#parts;
    const pipe = this.#pipe;
    if (this.#owner?.boot !== owner?.boot) [this.#due, this.#delay] = [0, again.first];
    this.#owner = owner;
    if (!owner) return pipe ? undefined : this.#tell(undefined);
    if (owner.node === self.node || leases.has(this.zone)) return;
    // This node cannot renew it now, but had it later: the other one will hear of that.
    if (!leases.cede(this.zone, owner)) return;
    onForeign(this.zone);
    if (pipe) {
      if (pipe.since + 2 * settled < performance.now()) this.#tell(undefined);
      if (pipe.path.nodes[0]?.boot === owner.boot) return;
      // One with a lower token is of a Redis that has forgotten something; it will be told.
      if (pipe.path.token >= owner.token) return;
      this.#cut();
    }
    if (this.isWatched && performance.now() >= this.#due) void this.#lay(owner);
  }

  /** It has become this node's: its own camera takes the place. */
  taken(): void {
    this.#owner = undefined;
    this.#cut();
    this.#tell(undefined);
  }

  close(): void {
    this.#closed = true;
    this.#cut();
    this.#tell(undefined);
  }

  /** @param poor a pipe that another one is to replace */
  async #lay(owner: Owner, poor?: Pipe): Promise<void> {
    // A search for one that has died meanwhile is not waited for.
    if (this.#searching?.boot === owner.boot) return;
    this.#searching = owner;
    const { search, onBelow, leases, reach, log } = this.#parts;
    const { zone } = this;
    const insists = this.#delay > again.first;
    try {
      const found = await search({
        ...{ zone, owner, insists, onBelow: () => onBelow(zone) },
        except: poor?.parent,
      });
      const isFree = !this.#pipe || this.#pipe === poor || this.#pipe.camera.isDetached;
      const isCurrent = this.#searching === owner && isFree && !this.#closed;
      const isWanted = isCurrent && this.isWatched && !leases.has(zone);
      if (found && isWanted && this.#take(found)) return;
      found?.offer.refuse();
      if (found || !isWanted || this.#pipe) return;
      this.#due = performance.now() + jittered(this.#delay, 0.25);
      this.#delay = Math.min(again.most, this.#delay * 2);
      onBelow(zone); // They may know a way.
      const reason = reach.reasonOf(owner.boot);
      if (reason !== undefined) this.#tell(owner.node);
      if (this.#refusedBy === owner.boot) return;
      this.#refusedBy = owner.boot;
      log.warn({ zone, from: owner.node, reason }, 'no pipe from another node');
    } catch (error) {
      log.error({ err: error, zone, from: owner.node }, 'a pipe could not be looked for');
    } finally {
      if (this.#searching === owner) this.#searching = undefined;
    }
  }

  /** In the place of one without a channel, if there is any. @returns whether there is a zone for it */
  #take({ parent, offer }: Found): boolean {
    const { find, makeCamera, onPath, log } = this.#parts;
    const there = find(this.zone);
    if (!there) return false;
    this.#cut();
    const camera = makeCamera(there, parent.node, offer);
    const { path, resume } = offer;
    const pipe: Pipe = { camera, parent, resume, since: performance.now(), path, stays: 0 };
    this.#pipe = pipe;
    this.#refusedBy = undefined;
    const hops = path.nodes.length;
    log.info({ zone: this.zone, from: parent.node, hops }, 'a pipe from another node');
    this.#hear(pipe);
    onPath(this.zone);
    offer.hand();
    return true;
  }

  #hear(pipe: Pipe): void {
    const { onPath, reach, self, log } = this.#parts;
    const { camera, parent } = pipe;
    camera.onFlowing = () => {
      reach.works(parent.boot);
      this.#delay = again.first;
      this.#tell(undefined);
    };
    camera.onPath = (path) => {
      // Not by the rules of place.ts; but this end does not rely on the other one's.
      if (!isUsable(path, 0, self)) return this.#cut();
      pipe.path = path;
      onPath(this.zone);
    };
    camera.onDetached = () => void this.#resume(pipe);
    camera.onUnheard = () => this.#unheard(pipe);
    camera.onLost = (reason) => {
      log.info(
        { zone: this.zone, from: parent.node, reason },
        'a pipe from another node has ended',
      );
      if (this.#pipe === pipe) this.#lose(pipe, reason);
    };
  }

  /** It is better than nothing, and goes on until there is another way. */
  #unheard(pipe: Pipe): void {
    const { reach, log } = this.#parts;
    const { parent } = pipe;
    reach.goesOneWay(parent, unheard);
    if (performance.now() < pipe.stays || !this.#owner) return;
    pipe.stays = performance.now() + oneWayPause;
    log.warn({ zone: this.zone, from: parent.node, reason: unheard }, 'a pipe goes one way');
    void this.#lay(this.#owner, pipe);
  }

  /** Its channel is lost, and its picture goes on. Where it cannot be had again, another way is looked for meanwhile. */
  async #resume(pipe: Pipe): Promise<void> {
    const { ask, reach, self, onPath, log } = this.#parts;
    const { zone } = this;
    const { camera, parent, path, resume } = pipe;
    if (resume === undefined) return;
    try {
      const offer = await askAgain({
        ...{ zone, parent, path, resume, ask },
        isWaiting: () => this.#pipe === pipe && camera.isDetached,
        onFailed: async (attempts, reason) => {
          camera.refused();
          if (attempts < patient) return;
          reach.failed(parent, reason);
          if (this.#owner) await this.#lay(this.#owner);
        },
      });
      if (!offer) return;
      if (!isUsable(offer.path, path.token, self)) return offer.refuse();
      // Another one: nothing is left there of this one.
      if (offer.resume !== resume)
        return this.#take({ parent, offer }) ? undefined : offer.refuse();
      pipe.path = offer.path;
      camera.attach(offer.channel);
      onPath(zone);
      offer.hand();
      log.info({ zone, from: parent.node }, 'a pipe goes on over another connection');
    } catch (error) {
      log.error({ err: error, zone }, 'a pipe could not be asked for again');
    }
  }

  #lose({ parent, since }: Pipe, reason: PipeLoss): void {
    this.#pipe = undefined;
    this.#parts.onPath(this.zone);
    const blame = blameOf(reason);
    if (blame !== undefined) {
      this.#parts.reach.failed(parent, blame);
      // Also the next way may bring nothing: it is told until media comes.
      this.#tell(this.#owner?.node);
    }
    // Filmed here: the lease tells whose it is.
    if (reason === 'occupied' || this.#closed) return;
    const isRefusal = reason === 'channel-closed' && performance.now() - since < settled;
    const pause = jittered(spread / 2, 1) + (isRefusal ? this.#delay : 0);
    this.#due = performance.now() + pause;
    setTimeout(() => this.onDue(), pause).unref();
  }

  /** @param node the owner's, that cannot be reached */
  #tell(node: string | undefined): void {
    this.#parts.find(this.zone)?.tellUnreachable(node);
  }

  #cut(): void {
    const pipe = this.#pipe;
    this.#pipe = undefined;
    if (!pipe) return;
    pipe.camera.close();
    this.#parts.onPath(this.zone);
  }
}
