/** What filming and watching have in common: a session begins, fails, waits, comes back, and ends. */
import type { Device } from 'mediasoup-client';
import { messageOf, RefusedError } from '../../../server/contract/errors.ts';
import { CaptureError } from './capture.ts';
import { faultOf, isPassing, pauseBefore, type Fault } from './faults.ts';
import { unattended } from './identity.ts';
import { Latencies } from './latencies.ts';
import { isReturning, retryDelay } from './retry.ts';
import type { ServerConnection } from './server-connection.svelte.ts';
import type { Role } from './status.ts';
import { Waiting } from './waiting.svelte.ts';

/** Between two looks at the statistics, until frames flow and then, ms. */
export const reading = { soon: 200, usual: 1000 };

/** What a session sends or receives with. */
export interface Media {
  readonly transportUp: boolean;
  /** Gathers candidates again, as after a change of network. */
  restartIce(): void;
  /** Forgets the transport, as after the server lost it. */
  drop(): void;
  /** Drops everything, and hears no more server messages. */
  close(): void;
}

/** What becomes of a session that cannot go on. */
export interface Upkeep {
  /** Told each time that it has ended, by a person or for good. */
  readonly onEnd?: () => void;
  /** Whether it is tried again by itself, where that helps. */
  readonly mendsItself?: boolean;
}

export abstract class Session<M extends Media> {
  abstract readonly role: Role;
  /** A person, or the page's address, wants this session to go on. */
  active = $state(false);
  /** Why it failed; it may still be tried again by itself. */
  fault = $state.raw<Fault>();
  readonly waiting = new Waiting(() => void this.#begin());
  readonly connection: ServerConnection;
  protected readonly latencies: Latencies;
  protected media: M | undefined;
  /** The server has answered the last statement of what is wanted. */
  protected joined = $state(false);
  /** What there was is to come back. */
  protected returning = $state(false);
  protected transportUp = $state(false);
  readonly #onEnd: () => void;
  readonly #mendsItself: boolean;
  /** All that listens and ticks for this session ends with it. */
  #life = new AbortController();
  #beginning = 0;
  #attempt = 0;
  /** How often nodes refused one after another, each naming another node. */
  #refusals = 0;
  #reading: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: ServerConnection, { onEnd = () => {}, mendsItself = true }: Upkeep) {
    this.connection = connection;
    this.latencies = new Latencies(connection.signaling);
    this.#onEnd = onEnd;
    this.#mendsItself = mendsItself;
  }

  /** Ends the session; a person has to start the next one. */
  end(): void {
    this.#onEnd();
    this.#leave();
    this.reset();
    this.connection.close();
  }

  /** Stops all that runs and forgets all that was, without a word to the server. */
  reset(): void {
    this.#life.abort();
    this.#stop();
    this.waiting.end();
    this.active = false;
    this.fault = undefined;
    this.returning = false;
    this.forget();
  }

  /** Pictures have flowed since the session was started. */
  protected abstract get worked(): boolean;
  /** ms between two looks at the statistics */
  protected abstract get pace(): number;
  /** Gets ready what takes time, while the connection is made. */
  protected prepare(): void {}
  /** Waits for what has to be there before a further attempt is made. */
  protected async ready(): Promise<void> {}
  protected abstract open(device: Device): M;
  /** States what is wanted. @returns whether it is so; false when a later statement overtook it */
  protected abstract enter(media: M): Promise<boolean>;
  /** Reads the figures of what flows. */
  protected abstract read(media: M): Promise<void>;
  /** Lets go what is of no use until the next attempt. @param fault why; none when the session ends */
  protected abstract release(fault?: Fault): void;
  /** Forgets what was known of the zone. */
  protected abstract forget(): void;

  protected async begin(): Promise<void> {
    this.active = true;
    this.#life = new AbortController();
    this.listen(this.#life.signal);
    await this.#begin();
  }

  /** Takes up what tells this session something, until the signal. */
  protected listen(signal: AbortSignal): void {
    window.addEventListener('online', () => this.media?.restartIce(), { signal });
    this.connection.signaling.hear({ rejoin: () => this.#rejoin() }, signal);
  }

  protected async join(): Promise<void> {
    const { media } = this;
    if (!media || !this.active) return;
    this.#stopRetrying();
    const attempt = ++this.#attempt;
    try {
      if (!(await this.enter(media)) || media !== this.media) return;
      this.joined = true;
      this.waiting.end();
      this.fault = undefined;
      this.connection.refusal = undefined;
      this.#refusals = 0;
      this.mediaChanged();
    } catch (error) {
      // A later attempt replaced the transport under this one; that one's outcome counts.
      if (media === this.media && attempt === this.#attempt) this.failed(error);
    }
  }

  /** Whether it is tried again soon, and not to be tried sooner. */
  protected get retrying(): boolean {
    return this.#retry !== undefined;
  }

  protected passes(code: string): boolean {
    return isPassing(code);
  }

  protected failed(error: unknown): void {
    if (!this.active || this.waiting.pending) return;
    const code =
      error instanceof RefusedError || error instanceof CaptureError ? error.code : 'internal';
    if (!this.passes(code)) {
      return this.fail(faultOf(code, messageOf(error)));
    }
    this.#stopRetrying();
    if (error instanceof RefusedError) this.connection.refused(error);
    const retryAfter = error instanceof RefusedError ? error.retryAfter : undefined;
    // Where all nodes are full, nobody gains by asking often.
    if (error instanceof RefusedError && error.node !== undefined) this.#refusals += 1;
    this.#retry = setTimeout(
      () => {
        this.#retry = undefined;
        if (this.connection.up) void this.join();
      },
      Math.max(pauseBefore(code, this.#refusals), retryAfter ?? 0),
    );
  }

  /** It cannot go on: it ends until a person starts it again, or waits to try again by itself. */
  protected fail(fault: Fault): void {
    const circumstances = { role: this.role, unattended, worked: this.worked };
    const delay =
      this.active && this.#mendsItself
        ? retryDelay(fault.code, this.waiting.tries, circumstances)
        : undefined;
    if (delay === undefined) {
      this.end();
      this.fault = fault;
      return;
    }
    this.#leave();
    if (fault.code === 'key-revoked') this.connection.close();
    this.#stop(fault);
    this.fault = isReturning(fault.code, circumstances) ? undefined : fault;
    this.waiting.begin(fault, delay);
  }

  /** Asks for another connection; what is shown stays until that one brings more. */
  protected renew(): void {
    this.returning = true;
    this.joined = false;
    if (this.connection.up) void this.join();
  }

  /** The connection to the server is lost; media may go on. */
  protected down(): void {
    this.returning = true;
  }

  protected mediaChanged(): void {
    this.transportUp = this.media?.transportUp ?? false;
  }

  /** Looks at the statistics now, and then again and again. */
  protected look(): void {
    clearTimeout(this.#reading);
    const { media } = this;
    if (!media) return;
    this.read(media)
      .catch(() => {}) // A transport may close while it is asked; the next reading tells.
      .finally(() => {
        if (media !== this.media) return;
        clearTimeout(this.#reading);
        this.#reading = setTimeout(() => this.look(), this.pace);
      });
  }

  async #begin(): Promise<void> {
    const beginning = ++this.#beginning;
    this.prepare();
    const { connection } = this;
    let device;
    try {
      device = await connection.device;
    } catch {
      return this.fail(faultOf('no-webrtc', ''));
    }
    // Tried again, it first makes sure of its camera: a place is not taken to leave it empty.
    if (this.waiting.fault) await this.ready();
    if (beginning !== this.#beginning) return;
    this.media = this.open(device);
    connection.open({
      role: this.role,
      up: () => void this.join(),
      down: () => this.down(),
      ended: (fault) => this.fail(fault),
    });
    if (connection.up) void this.join();
    this.look();
  }

  #stop(fault?: Fault): void {
    this.#beginning += 1;
    clearTimeout(this.#reading);
    this.#stopRetrying();
    this.media?.close();
    this.media = undefined;
    this.joined = false;
    this.release(fault);
    this.mediaChanged();
  }

  #stopRetrying(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
  }

  #rejoin(): void {
    this.media?.drop();
    this.renew();
  }

  #leave(): void {
    if (!this.connection.up) return;
    // Nothing hangs on the answer: whatever is claimed next, or the disconnection, says the same.
    this.connection.signaling.request('leave', {}).catch(() => {});
  }
}
