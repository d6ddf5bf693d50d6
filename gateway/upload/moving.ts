/** To which node the gateway's connection goes, and when: as a camera's page does, with all cameras at once. */
import { get as getPlain } from 'node:http';
import { get as getTls } from 'node:https';
import type { Manager } from 'socket.io-client';
import type { NodeId } from '../../server/contract/node.ts';
import { NodeChoice } from '../../server/contract/node-choice.ts';
import { addressOf } from '../../server/contract/route.ts';
import { healthRoutes } from '../../server/contract/routes.ts';
import type { ServerSettings } from './server-settings.ts';

/** Of those who are told at one moment to go to another node, each goes within so long, ms. */
const departure = 500;
/** Between two looks for the server that takes over, and how long it may take to answer, ms. */
const looks = { every: 1000, longest: 5000 };

export class Moving {
  readonly #manager: Manager;
  readonly #settings: ServerSettings;
  readonly #nodes = new NodeChoice();
  readonly #pace: number;
  /** The connection that is to be left, so that it is left once, however many of its cameras are told. */
  #leaves: unknown;
  #timer: NodeJS.Timeout | undefined;

  /** @param pace how soon a connection that is lost is opened again, ms */
  constructor(manager: Manager, settings: ServerSettings, pace: number) {
    this.#manager = manager;
    this.#settings = settings;
    this.#pace = pace;
    const used = (): void => {
      this.#nodes.used();
      this.#choose();
    };
    manager.on('open', used);
    manager.on('error', used);
  }

  /**
   * The server is to be replaced. The connection is cut and not closed: so the media of the old server goes on until
   * that of the new one is there.
   * @param node where to go; undefined to come back here as soon as another server takes sessions
   */
  draining(node: NodeId | undefined): void {
    const { engine } = this.#manager;
    if (this.#leaves === engine) return;
    this.#leaves = engine;
    if (this.#isSent(node)) this.#later(engine, Math.random() * departure, () => this.reopen());
    else this.#look(engine);
  }

  /** No camera has a place here, and one of them was sent to another node. */
  refused(node: NodeId | undefined): void {
    if (this.#isSent(node)) this.reopen();
  }

  /** Opens another connection at once, in place of one that is left, or that the network has taken away. */
  reopen(): void {
    const manager = this.#manager;
    const { engine } = manager;
    if (engine?.readyState !== 'open') return;
    manager.reconnectionDelay(0);
    manager.once('reconnect_attempt', () => manager.reconnectionDelay(this.#pace));
    engine.transport.close();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #isSent(node: NodeId | undefined): boolean {
    if (!this.#nodes.name(node, performance.now())) return false;
    this.#choose();
    return true;
  }

  #choose(): void {
    this.#manager.opts.query = this.#nodes.query;
  }

  /** Asks whether another server takes sessions, for as long as it is connected to this one. */
  #look(engine: unknown): void {
    takesSessions(this.#settings).then(
      (taken) => {
        if (!taken) this.#later(engine, looks.every, () => this.#look(engine));
        else this.#later(engine, 0, () => this.reopen());
      },
      () => this.#later(engine, looks.every, () => this.#look(engine)),
    );
  }

  #later(engine: unknown, delay: number, act: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#manager.engine === engine) act();
    }, delay);
    this.#timer.unref();
  }
}

/** @throws Error when nothing answers that is trusted */
function takesSessions({ url, ca, agent }: ServerSettings): Promise<boolean> {
  const address = new URL(addressOf(healthRoutes.ready), url);
  return new Promise((resolve, reject) => {
    const options = { timeout: looks.longest, ...(agent ? { agent } : {}), ...(ca ? { ca } : {}) };
    const get = address.protocol === 'https:' ? getTls : getPlain;
    const request = get(address, options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', reject);
  });
}
