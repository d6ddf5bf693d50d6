/** How the way to the server does, by what became of the packets of all cameras: what comes, what is lost, what waits. */
import { ArrivalRate } from './arrival-rate.ts';
import { LeastDelay } from './least-delay.ts';
import type { Fate } from './transport-log.ts';

export interface PathState {
  /** bit/s that came */
  readonly rate: number;
  /** Of those that were sent, 0 … 1. */
  readonly loss: number;
  /** How long packets waited on the way, ms. */
  readonly waited: number;
}

/** What came of the packets of a probe. */
export interface ProbeState extends PathState {
  /** bit/s that were sent, which a busy machine makes less than was meant. */
  readonly sent: number;
}

/** Fewer packets tell nothing of a share. */
const fewest = 10;
/** Looks that tell what is lost and what waits. */
const looks = 3;
/** A rate is of so much time at least, ms. */
const shortest = 50;

export class PathWatch {
  readonly #least = new LeastDelay();
  readonly #rate = new ArrivalRate();
  #tallies: Tally[] = [new Tally()];
  #probe: { readonly from: number; readonly until: number; readonly tally: Tally } | undefined;

  /** @param now ms @param judgedFrom packets that were sent before are not counted as lost, ms */
  told(fates: readonly Fate[], now: number, judgedFrom = -Infinity): void {
    const tally = this.#tallies.at(-1)!;
    const probe = this.#probe;
    for (const { bytes, sentAt, took } of fates) {
      const waited = took === undefined ? undefined : this.#least.waited(took, now);
      if (waited !== undefined) this.#rate.add(bytes, sentAt + waited);
      if (waited !== undefined || sentAt >= judgedFrom) tally.add(bytes, sentAt, waited);
      if (probe && sentAt >= probe.from && sentAt < probe.until)
        probe.tally.add(bytes, sentAt, waited);
    }
  }

  /** What was told of late; undefined where that was too little. To be called ten times a second. */
  look(): PathState | undefined {
    const { count, loss, waited } = Tally.of(this.#tallies);
    this.#tallies = [...this.#tallies.slice(1 - looks), new Tally()];
    return count < fewest ? undefined : { rate: this.#rate.value, loss, waited };
  }

  /** Packets that are sent in this time are watched apart, ms. */
  watchProbe(from: number, until: number): void {
    this.#probe = { from, until, tally: new Tally() };
  }

  /** What has come of them so far. */
  get probe(): ProbeState | undefined {
    const tally = this.#probe?.tally;
    if (!tally || tally.count < fewest) return undefined;
    const { rate, loss, waited, sent } = tally;
    return { rate, loss, waited, sent };
  }
}

/** Sums over packets. */
class Tally {
  readonly #sent = new Span();
  readonly #arrived = new Span();
  #waits = 0;

  static of(tallies: readonly Tally[]): Tally {
    const sum = new Tally();
    for (const one of tallies) {
      sum.#sent.join(one.#sent);
      sum.#arrived.join(one.#arrived);
      sum.#waits += one.#waits;
    }
    return sum;
  }

  /** @param waited ms; undefined for one that was lost */
  add(bytes: number, sentAt: number, waited: number | undefined): void {
    this.#sent.add(bytes, sentAt);
    if (waited === undefined) return;
    // Without what every packet takes, which changes nothing of the differences.
    this.#arrived.add(bytes, sentAt + waited);
    this.#waits += waited;
  }

  get count(): number {
    return this.#sent.count;
  }

  get rate(): number {
    return this.#arrived.rate;
  }

  get sent(): number {
    return this.#sent.rate;
  }

  get loss(): number {
    return 1 - this.#arrived.count / Math.max(1, this.count);
  }

  get waited(): number {
    return this.#waits / Math.max(1, this.#arrived.count);
  }
}

/** Packets that pass one place. */
class Span {
  count = 0;
  #bytes = 0;
  #first = Infinity;
  #last = -Infinity;

  add(bytes: number, at: number): void {
    this.count += 1;
    this.#bytes += bytes;
    this.#first = Math.min(this.#first, at);
    this.#last = Math.max(this.#last, at);
  }

  join(other: Span): void {
    this.count += other.count;
    this.#bytes += other.#bytes;
    this.#first = Math.min(this.#first, other.#first);
    this.#last = Math.max(this.#last, other.#last);
  }

  /** bit/s; of so many packets there is one time less between them. */
  get rate(): number {
    if (this.count < 2) return 0;
    const bytes = (this.#bytes * (this.count - 1)) / this.count;
    return (bytes * 8000) / Math.max(shortest, this.#last - this.#first);
  }
}
