/** Hands clients over to another server, so that an upgrade leaves no wall black. */
import { RefusedError } from '../contract/errors.ts';
import type { NodeId } from '../contract/node.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Connection } from './connection.ts';
import type { TabSession } from './tab-session.ts';

/** Viewers are told this much later than cameras, so that they find the picture there already; ms. */
const viewersFollow = 700;
const lookAgain = 500; // ms

export class Drain {
  /** The node that a client is to go to, another one each time; undefined where this is the only one. */
  readonly #elsewhere: () => NodeId | undefined;
  #active = false;

  constructor(elsewhere: () => NodeId | undefined) {
    this.#elsewhere = elsewhere;
  }

  get active(): boolean {
    return this.#active;
  }

  /**
   * Tells everyone to move.
   * @param connections of gateways
   * @param longest how long to wait for them, ms
   * @returns when nobody takes part in a zone any more, or time is up
   */
  async begin(
    sessions: ReadonlyMap<string, TabSession>,
    connections: Iterable<Pick<Connection, 'tell'>>,
    longest: number,
  ): Promise<void> {
    this.#active = true;
    // All that comes over one connection goes to one node.
    const nodes = new Map<object, NodeId | undefined>();
    const whereTo = (connection: object): { node?: NodeId } => {
      const node = nodes.get(connection) ?? this.#elsewhere();
      nodes.set(connection, node);
      return node === undefined ? {} : { node };
    };
    const tell = (role: 'camera' | 'others'): void => {
      for (const session of sessions.values()) {
        if ((session.camera !== undefined) !== (role === 'camera')) continue;
        session.notify('server:draining', whereTo(session.shared ?? session));
      }
    };
    const until = performance.now() + longest;
    for (const connection of connections) {
      connection.tell?.('server:draining', whereTo(connection));
    }
    tell('camera');
    await pause(viewersFollow);
    tell('others');
    const taken = (): boolean => [...sessions.values()].some(({ takesPart }) => takesPart);
    while (taken() && performance.now() < until) await pause(lookAgain);
  }

  /**
   * @param zones in which the session is to take part
   * @throws RefusedError when a session would begin that has no part yet; or, where another node takes it, a zone
   */
  admit(session: TabSession, zones: ZoneId[]): void {
    if (!this.#active) return;
    const node = this.#elsewhere();
    // Whoever has nowhere to go yet is served until the successor is there.
    if (
      session.takesPart &&
      (node === undefined || zones.every((zone) => session.zonesNow.includes(zone)))
    )
      return;
    throw new RefusedError(
      'unavailable',
      'This server takes no new sessions; try again shortly.',
      node,
    );
  }
}

function pause(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time));
}
