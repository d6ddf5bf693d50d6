/** What is trouble now, and what happened: as the server tells it, and how long ago it was heard last. */
import {
  isBookmark,
  isOpen,
  isUnanswered,
  type Happening,
} from '../../../server/contract/happening.ts';
import { mayI } from '../access/who.ts';
import { ask, routes } from '../api/ask.ts';
import type { ServerConnection } from '../session/server-connection.svelte.ts';
import { Task } from '../ui/task.svelte.ts';
import { stillAway } from './still-away.ts';

/** Happenings that a page keeps. */
const most = 500;
/** Heard every 5 s, a server that lives is not silent for longer, ms. */
const silence = 8000;
const tick = 1000; // ms

export class Attention {
  /** The newest first; undefined until the server has told. */
  happenings = $state.raw<Happening[]>();
  /** For how long nothing came from the server, ms; undefined while it is heard. */
  unheard = $state<number>();
  /** When it was heard last, ms since the epoch; undefined until it was. */
  heardAt = $state.raw<number>();
  readonly mayAnswer = mayI('happenings:answer');
  readonly task = new Task();
  /** Told of trouble that is new, once for all that comes together. */
  onTrouble: (fresh: Happening[]) => void = () => {};
  readonly #connection: ServerConnection;
  readonly #ends = new AbortController();
  #heard = performance.now();

  constructor(connection: ServerConnection) {
    this.#connection = connection;
    const { signaling } = connection;
    const { signal } = this.#ends;
    const heard = (): void => {
      this.#heard = performance.now();
      this.heardAt = Date.now();
      this.unheard = undefined;
    };
    signaling.hear(
      {
        happenings: ({ happenings }) => (this.happenings = happenings),
        'happenings:changed': ({ happenings }) => this.#take(happenings),
      },
      signal,
    );
    const { socket } = signaling;
    const connected = (): void => {
      heard();
      void this.#follow();
    };
    socket.on('connect', connected);
    socket.onAny(heard);
    // The server's sign of life, every 5 s.
    socket.io.on('ping', heard);
    const timer = setInterval(() => this.#look(), tick);
    signal.addEventListener('abort', () => {
      clearInterval(timer);
      socket.off('connect', connected);
      socket.offAny(heard);
      socket.io.off('ping', heard);
    });
    if (socket.connected) connected();
  }

  /** What goes on, or is to be looked at. */
  get open(): Happening[] {
    return (this.happenings ?? []).filter(isOpen);
  }

  get unanswered(): Happening[] {
    return (this.happenings ?? []).filter(isUnanswered);
  }

  /** The newest first. */
  get bookmarks(): Happening[] {
    return (this.happenings ?? []).filter(isBookmark);
  }

  /** When the server was heard last, ms since the epoch, while it is silent: what it told is of then. */
  get oldSince(): number | undefined {
    return this.unheard === undefined ? undefined : this.heardAt;
  }

  /** Zones without the camera that they had, by their names. */
  get lost(): string[] {
    return stillAway(this.open, 'zones-lost', 'gateway-gone');
  }

  get stalled(): string[] {
    return stillAway(this.open, 'zones-stalled');
  }

  /** Those that were to be looked at, and that nobody has acknowledged yet. */
  async acknowledge(happenings: readonly Happening[]): Promise<void> {
    const ids = happenings.filter(isUnanswered).map(({ id }) => id);
    if (ids.length === 0 || !this.mayAnswer) return;
    await this.task.run(async () => {
      await ask(routes.happenings.acknowledge, { body: { ids: ids.slice(0, 200) } });
      return undefined;
    });
  }

  /** @returns whether it is kept */
  annotate({ id }: Happening, note: string): Promise<boolean> {
    return this.task.run(async () => {
      await ask(routes.happenings.annotate, { params: { id }, body: { note } });
      return undefined;
    });
  }

  close(): void {
    this.#ends.abort();
  }

  async #follow(): Promise<void> {
    try {
      const { happenings } = await this.#connection.signaling.request('happenings:follow', {});
      if (this.happenings) this.#take(happenings);
      this.happenings = happenings;
    } catch {
      // A server of an earlier version tells of none; one that is away is asked by the next socket.
    }
  }

  #take(told: readonly Happening[]): void {
    const before = this.happenings ?? [];
    const isIn = (list: readonly Happening[]) => (one: Happening) =>
      list.some(({ id }) => id === one.id);
    const fresh = told.filter((one) => isUnanswered(one) && !isIn(before)(one));
    const kept = before.filter((one) => !isIn(told)(one));
    this.happenings = [...kept, ...told].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, most);
    if (fresh.length > 0) this.onTrouble(fresh);
  }

  #look(): void {
    const time = performance.now() - this.#heard;
    const isSilent = this.heardAt !== undefined && (!this.#connection.up || time > silence);
    this.unheard = isSilent ? time : undefined;
  }
}
