/** One browser tab, as long as it takes part: it outlives a lost socket, and a reload of its page. */
import { randomBytes } from 'node:crypto';
import type { Caller } from '../access/caller.ts';
import type { ServerMessage, ServerEventName } from '../contract/events.ts';
import type { Payer } from '../limits/payer.ts';
import type { DeviceWindow } from '../zones/camera.ts';
import type { SessionSocket } from './socket.ts';
import { InTurn } from '../in-turn.ts';
import { timeOfDay } from '../time.ts';

let made = 0;

/** Whose it is, and how it is spoken to. */
export class Tab {
  /** Later tabs have higher ones, at other nodes too: about ms since the epoch. */
  readonly order = (made = Math.max(made + 1, timeOfDay()));
  /** The secret that the tab proves itself with, and whose it is; never logged. */
  readonly id: string;
  /** Who acts in it. */
  caller: Caller;
  /** A name for logs. */
  readonly peer = randomBytes(4).toString('hex');
  socket: SessionSocket | undefined;
  /** Where its client is, as far as trusted proxies tell. */
  address = '';
  /** The address of this machine that it came by; unknown behind a proxy. */
  via: string | undefined;
  /** The connection that its socket shares with those of others; undefined where it has one of its own. */
  shared: object | undefined;
  /** Who is charged for what it uses, as long as the session lives. */
  payer: Payer = { name: '', shared: false };
  readonly #tasks = new InTurn();

  constructor(id: string, caller: Caller) {
    this.id = id;
    this.caller = caller;
  }

  /** Of which device it is a window; undefined where none was enrolled. */
  get window(): DeviceWindow | undefined {
    const { principal, via } = this.caller;
    if (principal.kind !== 'key' || via.kind !== 'sign-in') return undefined;
    return { device: via.id, order: this.order };
  }

  /** Runs tasks of this session one after another, so that no two events interleave. */
  enqueue<T>(task: () => Promise<T>): Promise<T> {
    return this.#tasks.run(task);
  }

  notify<E extends ServerEventName>(event: E, notice: ServerMessage<E>): void {
    this.socket?.emit(event, notice);
  }
}
