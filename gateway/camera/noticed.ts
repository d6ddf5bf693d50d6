/**
 * What a camera notices by itself, told to the server: changes alone, each source once a second at most, the newest state
 * of each always in the end.
 */
import {
  cameraEventKinds,
  type CameraEvent,
  type CameraEventKind,
} from '../../server/contract/camera-event.ts';

/** What a camera says of one of its sources. */
export interface Sign {
  readonly kind: CameraEventKind;
  /** What of the camera says it; empty where it does not say. */
  readonly source: string;
  readonly isActive: boolean;
}

export interface EventsListener {
  noticed(sign: Sign): void;
  /** Whether the camera tells anything now; told when it changes. */
  up(isUp: boolean): void;
}

/** Where a camera tells what it notices. */
export interface EventsSource {
  /** Listens, and begins again by itself whenever it is cut off. @returns ends it */
  listen(listener: EventsListener): () => Promise<void>;
}

/** Sources of one camera; of any further one nothing is told. */
const mostSources = 32;
/** Between two looks at what is to be told; after the server did not take something; ms. */
const pauses = { look: 1000, afterFailure: 5000 };
/** What could not be told for so long is not told any more, ms: the server takes nothing older. */
const longestWait = 55_000;

interface SourceState {
  readonly kind: CameraEventKind;
  readonly source: string;
  isActive: boolean;
  /** As the server knows it. */
  wasActive: boolean;
  /** ms of `performance.now()` */
  changedAt: number;
}

export class Noticed {
  /** How often each kind began so far. */
  readonly counts: Record<CameraEventKind, number>;
  /** Whether the camera tells anything now. */
  isUp = false;
  readonly #tell: (event: CameraEvent) => Promise<void>;
  readonly #sources = new Map<string, SourceState>();
  readonly #end: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #telling = false;
  #toldAt = -Infinity;
  #closed = false;

  /** @param tell rejected where the server does not take it now */
  constructor(source: EventsSource, tell: (event: CameraEvent) => Promise<void>) {
    this.#tell = tell;
    const none = cameraEventKinds.map((kind) => [kind, 0] as const);
    this.counts = Object.fromEntries(none) as Record<CameraEventKind, number>;
    this.#end = source.listen({
      noticed: (sign) => this.#take(sign),
      up: (isUp) => this.#up(isUp),
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#end();
  }

  /** What goes on when it is cut off is not known any more, and is said anew when it is back. */
  #up(isUp: boolean): void {
    this.isUp = isUp;
    if (isUp) return;
    for (const { kind, source } of this.#sources.values()) {
      this.#take({ kind, source, isActive: false });
    }
  }

  #take({ kind, source, isActive }: Sign): void {
    if (this.#closed) return;
    const key = `${kind} ${source}`;
    const known = this.#sources.get(key);
    if (known ? known.isActive === isActive : !isActive || this.#sources.size >= mostSources)
      return;
    const changedAt = performance.now();
    if (known) Object.assign(known, { isActive, changedAt });
    else this.#sources.set(key, { kind, source, isActive, changedAt, wasActive: false });
    if (isActive) this.counts[kind] += 1;
    this.#lookIn(Math.max(0, this.#toldAt + pauses.look - changedAt));
  }

  #lookIn(pause: number): void {
    if (this.#closed || this.#telling || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#look();
    }, pause);
  }

  async #look(): Promise<void> {
    this.#telling = true;
    this.#toldAt = performance.now();
    const changed = [...this.#sources.values()].filter((one) => one.isActive !== one.wasActive);
    const isTold = await this.#tellAll(changed);
    this.#telling = false;
    const more = [...this.#sources.values()].some((one) => one.isActive !== one.wasActive);
    if (more) this.#lookIn(isTold ? pauses.look : pauses.afterFailure);
  }

  /** @returns whether the server took them */
  async #tellAll(changed: SourceState[]): Promise<boolean> {
    for (const one of changed) {
      const { kind, source, isActive, changedAt } = one;
      const ago = Math.round(performance.now() - changedAt);
      if (ago < longestWait) {
        const event = { kind, source, state: isActive ? 'began' : 'ended', ago } as const;
        try {
          await this.#tell(event);
        } catch {
          return false; // The server is away, or has enough of this zone for now.
        }
      }
      one.wasActive = isActive;
    }
    return true;
  }
}
