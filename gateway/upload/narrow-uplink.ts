/**
 * What is sent when the way to the server is too narrow for all cameras. They share what it carries: the rate that came
 * while it was too much, or that a probe has shown to come. What fits into that is sent (`allocation.ts`), and more only
 * after a probe: repeated packets, which nobody misses where they are too many. (`server/cluster/pipes/narrow-link.ts`
 * does the like between nodes.)
 */
import type { SpatialLayer } from '../../server/contract/layers.ts';
import { Allocation, type Share } from './allocation.ts';
import type { PathState, ProbeState } from './path-watch.ts';

/** Lost packets that are too many: at once, and where it lasts. Loss of one in ten is repaired. */
const tooMany = { once: 0.3, lasting: 0.12 };
/** Packets that wait so long on the way show that it is full, ms. */
const tooLong = 200;
/** Trouble that lasts so long is no chance, ms: a busy machine, too, makes packets late. */
const lasting = { lost: 200, late: 500 };
/** Of what came while it was too much, so much is taken for what the way carries. */
const sure = 0.95;
/** A pace that is so much slower may be all that it takes. */
const slower = 0.9;
/** A way that carries less is none, bit/s. */
const least = 50_000;
/** What came is known to fit; less this, since what a router lets pass at once it does not let pass for long. */
const seen = 0.9;
/** Of what the way carries, so much is given to pictures: key pictures come in bursts. */
const usable = 0.9;
/** Until what was left out shows in what comes, ms; in what is lost of main streams it shows soon. */
const settling = { usual: 600, lost: 250 };
/** Without trouble for so long, more is sent where it fits, ms; one layer after the other. */
const calm = { afterTrouble: 1500, between: 250 };
/** Until the first probe, and between those that fail, ms; doubled each time. */
const pause = { first: 4000, most: 30_000 };
/** After a probe that went well the next one may follow, ms. */
const goesOn = 500;
/** Trouble so soon after more was sent shows that it was too much, although the probe went well, ms. */
const proving = 15_000;
/** A probe tries no more than so many times what is known to come. */
const furthest = 2;
/** Of what a probe sent, so much has to come as fast; no more is to be lost than before, nor to wait so long (ms). */
const passes = { rate: 0.95, loss: 0.05, waited: 60 };
/**
 * Loss that stays, at packets that do not wait, and what comes becoming less as what is sent does: that is not for want of
 * room. Above the most it is no way to send pictures by.
 */
const unrelated = { most: 0.5, waited: 25, sent: 0.8, alike: 0.2 };
/** With nothing left out for so long, nothing is known of the way any more, ms. */
const forgetting = 60_000;

export class NarrowUplink {
  readonly #random: () => number;
  readonly #allocation = new Allocation();
  /** bit/s; infinite while nothing was too much. */
  #carries = Infinity;
  #troubleSince: number | undefined;
  #waitedBefore = 0;
  /** That is lost whatever is sent, 0 … 1. */
  #usualLoss = 0;
  /** When trouble was last answered, with which loss, and what was sent before. */
  #lowered = { at: -Infinity, loss: 0, rate: Infinity, sum: 0 };
  #raisedAt = -Infinity;
  #limitedAt = -Infinity;
  #pause = pause.first;
  #nextProbe = 0;
  #probed = false;

  /** @param random 0 … 1; spreads the probes of gateways that share a way */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** bit/s that the way is taken to carry; infinite while nothing was too much for it. */
  get carries(): number {
    return this.#carries;
  }

  /** When what is sent was made less last, ms. */
  get loweredAt(): number {
    return this.#lowered.at;
  }

  add(share: Share): void {
    this.#allocation.add(share);
  }

  remove(share: Share): void {
    this.#allocation.remove(share);
  }

  /** Other layers, other rates: begins with what fits. */
  changed(share: Share): void {
    this.#allocation.changed(share, this.#fits);
  }

  /** The highest layer that may be sent; null for none. */
  limitOf(share: Share): SpatialLayer | null {
    return this.#allocation.limitOf(share);
  }

  /**
   * To be called some times a second.
   * @param now ms
   * @param path undefined where little was sent
   * @param isFull pictures were left out, since too much waited for its turn
   * @returns bit/s that a probe is to try now; undefined for none
   */
  look(now: number, path: PathState | undefined, isFull = false): number | undefined {
    if (path && this.#isTooMuch(now, path)) this.#lower(now, path);
    else if (isFull && this.#allocation.sum > this.#fits) this.#leaveOut(now);
    if (path && this.#carries < Infinity) this.#carries = Math.max(this.#carries, seen * path.rate);
    const { next } = this.#allocation;
    if (next !== undefined) this.#limitedAt = now;
    if (this.#carries === Infinity || this.#troubleSince !== undefined) return undefined;
    if (now - this.#limitedAt > forgetting) this.#forget();
    const isCalm =
      now - this.#lowered.at >= calm.afterTrouble && now - this.#raisedAt >= calm.between;
    if (next === undefined || !isCalm) return undefined;
    if (next <= this.#fits) this.#raise(now);
    else if (now >= this.#nextProbe) return this.#probe(now, next);
    return undefined;
  }

  /** What came of a probe; undefined where that is not known. */
  probed(now: number, came: ProbeState | undefined): void {
    const isGood =
      came !== undefined &&
      came.rate >= passes.rate * (1 - this.#usualLoss) * came.sent &&
      came.loss <= this.#usualLoss + passes.loss &&
      came.waited <= passes.waited;
    if (came) {
      this.#carries = Math.max(this.#carries, (isGood ? sure : seen) * came.rate);
    }
    this.#probed = isGood;
    if (isGood) this.#nextProbe = now + goesOn;
    else this.#backOff(now);
  }

  /** Whether what has come while a probe goes on shows that it is too much. */
  isEnough({ loss, waited }: PathState): boolean {
    return loss > this.#usualLoss + 2 * passes.loss || waited > passes.waited;
  }

  get #fits(): number {
    return usable * this.#carries;
  }

  #isTooMuch(now: number, { loss, waited }: PathState): boolean {
    const lost = loss - this.#usualLoss;
    // What waits still from before becomes less, also where the pace does not let it become less soon.
    const less = this.#carries === Infinity ? 0.93 : 1.02;
    const isLate = waited > tooLong && waited >= less * this.#waitedBefore;
    this.#waitedBefore += (waited - this.#waitedBefore) / 8;
    this.#usualLoss = Math.min(this.#usualLoss, Math.max(loss, 0.99 * this.#usualLoss));
    const isLost = lost > tooMany.lasting;
    if (!isLost && !isLate) {
      this.#troubleSince = undefined;
      return false;
    }
    this.#troubleSince ??= now;
    const time = now - this.#troubleSince;
    return lost > tooMany.once || time >= (isLost ? lasting.lost : lasting.late);
  }

  #lower(now: number, path: PathState): void {
    if (this.#isSettling(now, path.loss)) return;
    if (this.#isUnrelated(path)) {
      this.#usualLoss = path.loss;
      return;
    }
    // Of a way that has just become narrow, the rate is of before in part.
    const came =
      this.#carries === Infinity && path.loss > tooMany.once
        ? Math.min(path.rate, (1 - path.loss) * this.#allocation.sum)
        : path.rate;
    const before = this.#carries;
    this.#carries = Math.min(before, Math.max(least, sure * came));
    this.#lowered = { ...this.#lowered, loss: path.loss, rate: path.rate };
    // What is sent fits, and went too fast for a way that was taken to be wider.
    const wasTooFast = before < Infinity && this.#carries < slower * before;
    if (wasTooFast && this.#allocation.sum <= this.#fits) this.#lowered.at = now;
    else this.#leaveOut(now, path.loss);
  }

  #isSettling(now: number, loss: number): boolean {
    const isLost = loss > tooMany.once && this.#allocation.hasMain;
    return now - this.#lowered.at < (isLost ? settling.lost : settling.usual);
  }

  #isUnrelated({ loss, rate, waited }: PathState): boolean {
    const before = this.#lowered;
    const sent = this.#allocation.sum / before.sum;
    return (
      waited < unrelated.waited &&
      loss < unrelated.most &&
      sent < unrelated.sent &&
      Math.abs(loss / before.loss - 1) < unrelated.alike &&
      Math.abs(rate / before.rate / sent - 1) < unrelated.alike
    );
  }

  #leaveOut(now: number, loss = 0): void {
    if (this.#isSettling(now, loss)) return;
    const { sum } = this.#allocation;
    if (!this.#allocation.leaveOut(this.#fits)) return; // There is nothing less to be had.
    this.#lowered = { ...this.#lowered, at: now, sum };
    this.#limitedAt = now;
    this.#probed = false;
    if (now - this.#raisedAt < proving) return this.#backOff(now);
    this.#pause = pause.first;
    this.#nextProbe = Math.max(this.#nextProbe, now + pause.first);
  }

  #raise(now: number): void {
    this.#raisedAt = now;
    this.#allocation.raise();
  }

  #probe(now: number, next: number): number | undefined {
    const { sum, wanted } = this.#allocation;
    if (sum === 0) {
      // There are no packets to try it with.
      this.#backOff(now);
      this.#raise(now);
      return undefined;
    }
    this.#nextProbe = Infinity;
    const aim = (this.#probed ? wanted : next) / usable / sure / (1 - this.#usualLoss);
    return Math.min(1.03 * aim, furthest * this.#carries);
  }

  #backOff(now: number): void {
    this.#nextProbe = now + this.#pause * (0.8 + 0.4 * this.#random());
    this.#pause = Math.min(pause.most, 2 * this.#pause);
  }

  #forget(): void {
    this.#carries = Infinity;
    this.#usualLoss = 0;
    this.#pause = pause.first;
  }
}
