/**
 * Zones of other nodes, as far as somebody here looks at them: this node has a channel to each other one, over which it says
 * what is looked at here, and hears what that one has of it. A channel begins with the whole truth, and what came over it
 * is forgotten when it ends; so nothing depends on having heard of every change, and Redis has no part in it.
 */
import type { Logger } from 'pino';
import type { ZonePart } from '../../contract/zone-news.ts';
import type { ZoneId } from '../../contract/zone.ts';
import type { OtherNodes, Wanted } from '../../zones/other-nodes.ts';
import type { Tallies, ZoneQuestion } from '../../zones/window.ts';
import type { Elsewhere } from '../../zones/zone.ts';
import type { Zones } from '../../zones/zones.ts';
import type { Channel } from '../wire/channel.ts';
import type { Leases } from '../directory/leases.ts';
import { NewsListener, type Wants } from './news-listener.ts';
import { NewsTeller } from './news-teller.ts';
import type { NodeRun, Peers } from '../wire/peers.ts';
import { Rounds } from '../rounds.ts';

/** Between two looks for nodes that are not heard yet, ms. */
const interval = 300;
/** Who takes part in which zones is told together, ms. */
const together = 50;
/** How long a list waits for other nodes to answer, ms. */
const longestWait = 1000;
/** How long a node that refuses is left alone, ms. */
const pause = 3000;

export interface ZoneNewsParts {
  readonly zones: Zones;
  readonly leases: Pick<Leases, 'tokenOf'>;
  readonly peers: Pick<Peers, 'open' | 'accept' | 'others'>;
  readonly log: Logger;
}

export class ZoneNews implements OtherNodes {
  readonly #parts: ZoneNewsParts;
  /** By the run of the node; undefined while its channel is being opened, or left alone. */
  readonly #listeners = new Map<string, NewsListener | undefined>();
  readonly #tellers = new Set<NewsTeller>();
  /** By number: the windows that somebody here looks at. */
  readonly #windows = new Map<number, ZoneQuestion>();
  /** Zones in which somebody here takes part. */
  readonly #named = new Set<ZoneId>();
  /** Of which it has to be said whether somebody does. */
  readonly #moved = new Set<ZoneId>();
  #movedDue: NodeJS.Timeout | undefined;
  readonly #waiting = new Set<() => void>();
  #numbers = 0;
  #told: () => void = () => {};
  #unknownTold = '';
  #rounds: Rounds | undefined;
  #closed = false;

  constructor(parts: ZoneNewsParts) {
    this.#parts = parts;
    parts.zones.here.onTouched = (id) => this.#touched(id);
    parts.peers.accept('zones', (_about, _from, channel) => this.#tell(channel));
  }

  begin(): void {
    this.#look();
    this.#rounds = new Rounds(interval, async () => this.#look());
  }

  get unknown(): string[] {
    const unheard = this.#parts.peers.others.filter(({ boot }) => !this.#listeners.get(boot));
    const late = this.#all.filter(({ isKnown }) => !isKnown);
    return [...new Set([...unheard, ...late].map(({ node }) => node))].sort();
  }

  hear(told: () => void): void {
    this.#told = told;
  }

  want(question: ZoneQuestion): Wanted {
    const number = (this.#numbers += 1);
    this.#windows.set(number, question);
    this.#say({ open: [{ window: number, question: wireForm(question) }] });
    const talliesOf = (): Tallies[] => this.#all.flatMap((one) => one.talliesOf(number) ?? []);
    const answered = (): Promise<void> | undefined => this.#answered();
    return {
      get answered() {
        return answered();
      },
      get tallies() {
        return talliesOf();
      },
      drop: () => {
        this.#windows.delete(number);
        this.#say({ close: [number] });
      },
    };
  }

  close(): void {
    this.#closed = true;
    this.#rounds?.close();
    clearTimeout(this.#movedDue);
    for (const listener of this.#all) listener.close();
    for (const teller of [...this.#tellers]) teller.close();
  }

  get #all(): NewsListener[] {
    return [...this.#listeners.values()].flatMap((one) => one ?? []);
  }

  #answered(): Promise<void> | undefined {
    const owing = (): boolean => this.#all.some((one) => !one.isWhole);
    if (!owing()) return undefined;
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(deadline);
        this.#waiting.delete(look);
        resolve();
      };
      const look = (): void => {
        if (!owing()) done();
      };
      const deadline = setTimeout(done, longestWait);
      this.#waiting.add(look);
    });
  }

  #say(wants: Wants): void {
    for (const listener of this.#all) listener.want(wants);
  }

  /** Opens channels to nodes that are not heard, and tells when a node has come or died. */
  #look(): void {
    const others = this.#parts.peers.others;
    const unknown = this.unknown.join(' ');
    if (unknown !== this.#unknownTold) this.#told();
    this.#unknownTold = unknown;
    for (const run of others) if (!this.#listeners.has(run.boot)) void this.#open(run);
  }

  async #open(run: NodeRun): Promise<void> {
    const { peers, log } = this.#parts;
    const { node, boot } = run;
    this.#listeners.set(boot, undefined);
    const leaveAlone = (time: number): void =>
      void setTimeout(() => this.#listeners.delete(boot), time).unref();
    let channel: Channel;
    try {
      channel = await peers.open(run, 'zones', {});
    } catch (error) {
      log.debug({ err: error, node }, 'zones of a node cannot be heard of');
      this.#told();
      return leaveAlone(interval);
    }
    if (this.#closed) return channel.close();
    const listener = new NewsListener(node, channel);
    const since = performance.now();
    this.#listeners.set(boot, listener);
    listener.onZones = (ids) => {
      for (const id of ids) this.#merge(id);
    };
    listener.onNews = () => {
      for (const look of [...this.#waiting]) look();
      this.#told();
    };
    listener.onClosed = () => {
      this.#listeners.set(boot, undefined);
      // One that closes it at once does not want it.
      leaveAlone(performance.now() - since < pause ? pause : 0);
    };
    const open = [...this.#windows].map(([window, question]) => ({
      ...{ window, question: wireForm(question) },
    }));
    listener.want({ open, add: [...this.#named] });
  }

  #tell(channel: Channel): void {
    const { zones, leases } = this.#parts;
    const teller = new NewsTeller({
      ...{ zones: zones.here, channel },
      tokenOf: (id) => leases.tokenOf(id),
    });
    this.#tellers.add(teller);
    teller.onEnded = () => this.#tellers.delete(teller);
  }

  #touched(id: ZoneId): void {
    for (const teller of this.#tellers) teller.touched(id);
    this.#moved.add(id);
    this.#movedDue ??= setTimeout(() => this.#name(), together);
  }

  /** Tells other nodes in which zones somebody takes part here. */
  #name(): void {
    this.#movedDue = undefined;
    const add: ZoneId[] = [];
    const drop: ZoneId[] = [];
    for (const id of this.#moved) {
      const takesPart = this.#parts.zones.find(id)?.takesPart ?? false;
      if (takesPart === this.#named.has(id)) continue;
      if (takesPart) this.#named.add(id);
      else this.#named.delete(id);
      (takesPart ? add : drop).push(id);
    }
    this.#moved.clear();
    this.#say({ add, drop });
  }

  /** Puts together what others say of a zone. */
  #merge(id: ZoneId): void {
    const { zones } = this.#parts;
    const parts = this.#all.flatMap((one) => one.partOf(id) ?? []);
    if (parts.length > 0) zones.at(id).hear(elsewhereOf(parts));
    else zones.find(id)?.hear(undefined);
  }
}

/** Of several nodes that film it, as after a fail-over, the one with the higher token does. */
function elsewhereOf(parts: readonly ZonePart[]): Elsewhere {
  const owner = parts
    .filter(({ camera }) => camera !== 'idle')
    .sort((a, b) => b.token - a.token)
    .at(0);
  if (owner) {
    const { camera, label, viewers, demonstration: isDemonstration } = owner;
    return { camera, label, viewers, isDemonstration };
  }
  const viewers = parts.reduce((sum, { screens }) => sum + screens, 0);
  const seen = parts.flatMap(({ lastSeen }) => lastSeen ?? []);
  return {
    camera: 'idle',
    label: '',
    viewers,
    ...(seen.length > 0 ? { lastSeen: Math.max(...seen) } : {}),
  };
}

function wireForm({ within, ...listed }: ZoneQuestion) {
  return { ...listed, within: [...within] };
}
