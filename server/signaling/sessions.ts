/** All sessions, and what serves them, whatever carries their sockets. */
import type { Logger } from 'pino';
import type { Caller, Gate } from '../access/caller.ts';
import type { Capacity } from '../capacity/capacity.ts';
import type { Settings } from '../config.ts';
import type { Activity } from '../contract/activity.ts';
import { clientEvents, type ClientEventName } from '../contract/events.ts';
import type { Announcement } from '../contract/screen.ts';
import type { NodeId } from '../contract/node.ts';
import type { ListedZones } from '../contract/zone-list.ts';
import { payerOf } from '../limits/payer.ts';
import type { Excess } from '../limits/excess.ts';
import type { Dropped, InHand, MediaPlane } from '../media/plane.ts';
import type { Metrics } from '../metrics.ts';
import type { Ownership } from '../zones/ownership.ts';
import { noOthers, type OtherNodes } from '../zones/other-nodes.ts';
import { Stills } from '../zones/stills.ts';
import type { Zones } from '../zones/zones.ts';
import { Blame } from '../participants/blame.ts';
import type { Guest, Speaker } from '../participants/participant.ts';
import type { Recorder } from '../participants/recorder.ts';
import { rulesOf, type Rules } from '../participants/rules.ts';
import { timeOfDay } from '../time.ts';
import { activityOf } from './activity.ts';
import { ZoneUpdates } from './zone-updates.ts';
import type { Connection } from './connection.ts';
import { Drain } from './drain.ts';
import { Filming } from './filming.ts';
import { depart, handlersFor, type Answerers, type EventsTaker } from './handlers.ts';
import { HappeningUpdates, type ToldHappenings } from './happening-updates.ts';
import { LoweredTiles } from './lowered-tiles.ts';
import { Offering } from './offering.ts';
import { Renewal } from './renewal.ts';
import { Rights, type SharedRights } from './rights.ts';
import { Rising } from './rising.ts';
import { ScreenDesk, type ScreensParts } from './screens.ts';
import { Snapshots } from './snapshot.ts';
import { answerEvents, type Guard, type SessionSocket } from './socket.ts';
import { Steering, unheld } from './steering.ts';
import { TabSession } from './tab-session.ts';
import { Timing } from './timing.ts';
import { Watching } from './watching.ts';
import { cutOff, withdraw } from './withdrawal.ts';

const cameraCheckInterval = 250; // ms
const joins: ReadonlySet<string> = new Set<ClientEventName>(['watch', 'claim']);

export interface SessionsParts {
  readonly zones: Zones;
  readonly media: MediaPlane;
  readonly capacity: Capacity;
  readonly ownership: Ownership;
  /** The node that whoever is refused here is to ask; undefined where there is none. */
  readonly elsewhere: () => NodeId | undefined;
  /** A node that is alone has none. */
  readonly others?: OtherNodes | undefined;
  readonly gate: Gate;
  readonly audit: Recorder;
  readonly zoneEvents: EventsTaker;
  readonly happenings: ToldHappenings;
  readonly screens: ScreensParts;
  /** Hears what other servers have changed up to now. @throws StoreError when that cannot be known */
  readonly lookAround: () => Promise<void>;
  /** How rights are confirmed among several servers; undefined for one that is alone. */
  readonly sharedRights?: SharedRights | undefined;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly excess: Excess;
}

/** Who has opened a socket. */
export interface Visitor {
  /** The secret of its tab. */
  readonly secret: string;
  readonly caller: Caller;
  readonly address: string;
  /** The address of this machine that it came by, where that is known. */
  readonly via: string | undefined;
  /** Which zones its list shows, where it says. */
  readonly list?: ListedZones | undefined;
  /** What it is called, where it is a screen. */
  readonly screen?: Announcement | undefined;
  /** The connection that it shares with others, as cameras of a gateway do. */
  readonly shared?: object | undefined;
}

export class Sessions {
  /** What holds for whatever takes part here, sessions and others. */
  readonly rules: Rules;
  readonly rights: Rights;
  readonly stills: Stills;
  /** Those on which further sessions may be opened. */
  readonly connections = new Set<Connection>();
  /** What takes part without a socket, and lives by its caller. */
  readonly guests = new Set<Guest>();
  readonly #sessions = new Map<string, TabSession>();
  readonly #settings: Settings;
  readonly #log: Logger;
  readonly #metrics: Metrics;
  readonly #drain: Drain;
  readonly #blame: Blame;
  readonly #zoneUpdates: ZoneUpdates;
  readonly #happenings: HappeningUpdates;
  readonly #answerers: Answerers;
  readonly #capacity: Capacity;
  readonly #loweredTiles: LoweredTiles;
  readonly #cameraCheck: NodeJS.Timeout;
  /** Sessions whose sockets were lost a moment ago. */
  readonly #awaited = new Map<TabSession, NodeJS.Timeout>();

  constructor(settings: Settings, parts: SessionsParts) {
    const { zones, media, capacity, elsewhere, gate, audit } = parts;
    const { others = noOthers, log, metrics } = parts;
    const sessions = this.#sessions;
    this.#settings = settings;
    this.#log = log;
    this.#metrics = metrics;
    this.stills = new Stills(zones, timeOfDay);
    const rules = (this.rules = rulesOf(settings, parts));
    rules.everyone.include(() => sessions.values());
    rules.everyone.include(() => this.guests);
    const shared = { ...rules, zones, media, sessions };
    const drain = (this.#drain = new Drain(elsewhere));
    this.#capacity = capacity;
    this.#loweredTiles = new LoweredTiles(capacity);
    const watching = new Watching({
      ...{ ...shared, drain, loweredTiles: this.#loweredTiles },
      offering: new Offering(log),
      rising: new Rising(log),
    });
    const filming = new Filming({
      ...{ ...shared, log },
      deserted: (session) => {
        if (!this.#awaited.has(session)) this.#finish(session);
      },
    });
    const zoneUpdates = (this.#zoneUpdates = new ZoneUpdates(zones, others));
    const happenings = (this.#happenings = new HappeningUpdates(parts.happenings));
    const rights = (this.rights = new Rights(settings.access.idle_limit, {
      renewal: new Renewal({
        ...{ sessions, gate, log },
        others: () => [...this.connections, ...this.guests],
        expel: (session) => this.#expel(session),
        withdraw: (session) => {
          withdraw(session, watching);
          zoneUpdates.recheck(session);
          happenings.recheck(session);
        },
      }),
      shared: parts.sharedRights,
      tell: (notice) => {
        for (const session of sessions.values()) session.notify('rights', notice);
      },
      cut: () => {
        for (const session of sessions.values()) cutOff(session, watching);
        for (const guest of [...this.guests]) guest.cutOff();
      },
      log,
    }));
    this.#answerers = {
      ...{
        filming,
        watching,
        drain,
        rights,
        zoneUpdates,
        happenings,
        iceServers: rules.iceServers,
      },
      snapshots: new Snapshots(rules.limits, audit),
      stills: this.stills,
      steering: new Steering({ limits: rules.limits, excess: parts.excess, audit, metrics, log }),
      screens: new ScreenDesk(parts.screens, rules.limits, parts.excess, audit),
      zoneEvents: parts.zoneEvents,
      timing: new Timing((seconds) => metrics.latency.observe(seconds)),
    };
    this.#blame = new Blame(settings.camera.shut_out, {
      ...{ culprits: rules.culprits, everyone: rules.everyone, audit, log },
      onShutOut: () => metrics.shutOut.inc(),
    });
    zones.onChange = ({ id, takesPart }) => {
      if (!takesPart) media.forget(id);
      zoneUpdates.changed(id);
    };
    // The worker may die between the question and its answer; the connection tells that itself.
    const failed = (error: unknown): void => log.debug({ err: error }, 'camera not checked');
    this.#cameraCheck = setInterval(() => zones.look(failed), cameraCheckInterval);
  }

  /** What each sign-in does now, over all its windows. */
  get activity(): Activity {
    return activityOf(this.#sessions.values());
  }

  /** How many there are, with those that take part without a socket. */
  get size(): number {
    return this.#sessions.size + this.guests.size;
  }

  /** Tiles that get a smaller picture than they could show. */
  get loweredTiles(): number {
    const all = [...this.#sessions.values()].map((session) => this.#loweredTiles.of(session));
    const guests = [...this.guests].reduce((sum, { lowered }) => sum + lowered, 0);
    return all.flat().length + guests;
  }

  /** Told when the load of the node has been looked at. */
  lookAtTiles(): void {
    const { watching } = this.#answerers;
    this.#loweredTiles.look(this.#sessions.values(), (session) => watching.showAnew(session));
    for (const guest of this.guests) guest.lower((worker) => this.#capacity.loweredShare(worker));
  }

  get draining(): boolean {
    return this.#drain.active;
  }

  /** Takes no new sessions, and tells those there are to move; done when they have. */
  async drain(): Promise<void> {
    await this.#drain.begin(this.#sessions, this.connections, this.#settings.session.drain);
  }

  /** Ends all of them. */
  close(): void {
    for (const session of this.#sessions.values()) session.notify('server:stopping', {});
    for (const { tell } of this.connections) tell?.('server:stopping', {});
    clearInterval(this.#cameraCheck);
    this.rights.close();
    this.#zoneUpdates.close();
    this.#happenings.close();
    for (const session of [...this.#sessions.values()]) this.#finish(session);
  }

  /** Told of packets that a media worker could not handle: says whose. */
  dropped({ transportId, packets, reason }: Dropped): void {
    const whose = this.rules.culprits.of(transportId);
    this.#log.warn({ ...whose?.about, packets, reason }, 'malformed packets dropped');
  }

  /** Told that a media worker ended with a packet in hand. */
  workerEnded(by: InHand): void {
    this.#blame.workerEnded(by);
  }

  /** Looks again who everyone is, and ends what they may not do any more: well within a second. */
  recheck(): void {
    this.rights.soon();
  }

  /** A socket speaks for a session from now on, in place of the one before it. */
  opened(
    socket: SessionSocket,
    { secret, caller, address, via, list, screen, shared }: Visitor,
  ): void {
    const session = this.#obtain(secret, caller);
    const former = session.socket;
    session.socket = socket;
    clearTimeout(this.#awaited.get(session));
    this.#awaited.delete(session);
    session.caller = caller;
    session.address = address;
    session.payer = payerOf(caller.principal, address);
    session.via = via;
    session.shared = shared;
    if (former) {
      unheld(session);
      former.emit('session:ended', {
        code: 'session-replaced',
        message: 'This session was opened in another window. Start it again to take it back here.',
      });
      former.end();
    }
    const guard = this.guard(socket.id, session, () => socket.sever());
    const handlers = handlersFor(this.#answerers, socket, session);
    answerEvents(socket, clientEvents, handlers, this.#log, guard);
    if (screen) this.#answerers.screens.announce(session, screen);
    // A gateway's camera shows no list, unless it says so.
    if (list || !shared) this.#zoneUpdates.welcome(session, list);
    if (this.rights.notice) session.notify('rights', this.rights.notice);
    socket.on('disconnect', (reason) => {
      this.rules.limits.forget(socket.id);
      if (session.socket !== socket) return;
      session.socket = undefined;
      unheld(session);
      if (reason === 'client namespace disconnect') this.#finish(session);
      else this.#awaitReturn(session);
    });
  }

  /** Looks after what a socket may ask. @param sever called when it has been wrong too often */
  guard(socketId: string, whose: Speaker, sever: () => void): Guard {
    return {
      admit: (event) => this.rules.limits.admit(socketId, whose, joins.has(event)),
      denied: (code) => {
        this.#metrics.denied(code);
        if (this.rules.limits.isTooMuch(socketId, whose, code)) sever();
      },
    };
  }

  /** Forgets what a socket has asked that is gone. */
  forgetSocket(id: string): void {
    this.rules.limits.forget(id);
  }

  #obtain(secret: string, caller: Caller): TabSession {
    // Of its owner only: whoever learns another one's secret gets a session of their own with it.
    const id = `${caller.principal.id}:${secret}`;
    const known = this.#sessions.get(id);
    if (known) return known;
    const session = new TabSession(id, caller);
    this.#sessions.set(id, session);
    return session;
  }

  /** Ends a session whose sign-in has ended. */
  #expel(session: TabSession): void {
    session.notify('session:ended', {
      code: 'unauthenticated',
      message: 'The sign-in has ended. Sign in again to go on.',
    });
    session.socket?.end();
    this.#finish(session);
  }

  #finish(session: TabSession): void {
    clearTimeout(this.#awaited.get(session));
    this.#awaited.delete(session);
    if (this.#sessions.get(session.id) === session) this.#sessions.delete(session.id);
    depart(session, this.#answerers.watching);
    this.#zoneUpdates.forget(session);
    this.#happenings.forget(session);
    this.#answerers.screens.forget(session);
  }

  /**
   * A viewer's media goes on for a while; a camera's for as long as its packets come. Whoever comes back meanwhile is
   * known again, and for no later window than it was.
   */
  #awaitReturn(session: TabSession): void {
    const timer = setTimeout(() => {
      this.#awaited.delete(session);
      if (!session.camera) this.#finish(session);
    }, this.#settings.session.grace);
    this.#awaited.set(session, timer.unref());
  }
}
