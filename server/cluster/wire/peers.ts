/** The other nodes: each is reached over a line of its own, asked by itself or with all others, and answered. */
import type { Logger } from 'pino';
import type { z } from 'zod';
import { RefusedError } from '../../contract/errors.ts';
import { parse } from '../../contract/parse.ts';
import type { Channel } from './channel.ts';
import { Door, type Answerer, type ChannelTaker, type NodeName } from './door.ts';
import { inTime } from './in-time.ts';
import { Line } from './line.ts';
import type { Nodes } from '../directory/nodes.ts';

/** A node in one run of it. */
export type NodeRun = Pick<NodeName, 'node' | 'boot'>;

/** What a question to all other nodes has brought. */
export interface Answers<T> {
  /** By the name of the node. */
  readonly given: Map<string, T>;
  /** Nodes that did not answer in time, refused, or said what is not understood: what they know is missing. */
  readonly missing: readonly string[];
}

export interface PeersParts {
  readonly self: NodeName;
  readonly nodes: Pick<Nodes, 'known' | 'look'>;
  readonly secret: string;
  /** ms */
  readonly lease: number;
  readonly log: Logger;
}

export class Peers {
  readonly #parts: PeersParts;
  readonly #answers = new Map<string, Answerer>();
  readonly #takers = new Map<string, ChannelTaker>();
  readonly #lines = new Map<string, Promise<Line>>();
  /** How often another node said what this one does not understand. */
  notUnderstood = 0;
  readonly #onUnknown = (): void => void (this.notUnderstood += 1);
  #door: Door | undefined;
  #closed = false;

  constructor(parts: PeersParts) {
    this.#parts = parts;
  }

  /** From now on, questions of this kind are answered so. */
  answer(kind: string, answerer: Answerer): void {
    this.#answers.set(kind, answerer);
  }

  /** From now on, channels of this kind are taken so. */
  accept(kind: string, taker: ChannelTaker): void {
    this.#takers.set(kind, taker);
  }

  /** Lets other nodes in. @throws StartupError when the port cannot be had */
  async listen(port: number): Promise<void> {
    const { self, secret, lease, log } = this.#parts;
    const services = { answers: this.#answers, channels: this.#takers };
    this.#door = await Door.open(port, {
      ...{ self, secret, lease, log, services },
      onUnknown: this.#onUnknown,
    });
  }

  /**
   * @param longest how long to wait for the answer once that node is reached, ms; a lease if not said
   * @throws RefusedError what that node refuses with; `unavailable` when it does not answer
   */
  async ask(run: NodeRun, kind: string, about: unknown, longest?: number): Promise<unknown> {
    return (await this.#lineTo(run)).ask(kind, about, longest);
  }

  /**
   * Asks all other nodes that live, as of the last look.
   * @param answer how an answer has to be
   * @param longest how long to wait for answers, ms; a lease if not said
   */
  async askAll<T>(
    kind: string,
    about: unknown,
    answer: z.ZodType<T>,
    longest = this.#parts.lease,
  ): Promise<Answers<T>> {
    const given = new Map<string, T>();
    const missing: string[] = [];
    await Promise.all(
      this.others.map(async (run) => {
        try {
          // Also the way to a node that takes no connection has a deadline.
          const asked = this.ask(run, kind, about, longest);
          const told = await inTime(
            asked,
            longest,
            `No answer of the node ${run.node} in ${longest} ms.`,
          );
          given.set(run.node, parse(answer, told, kind));
        } catch (error) {
          if (!(error instanceof RefusedError)) throw error;
          missing.push(run.node);
        }
      }),
    );
    return { given, missing };
  }

  /** @throws RefusedError `unavailable` when that node cannot be reached */
  async open(run: NodeRun, kind: string, about: unknown): Promise<Channel> {
    return (await this.#lineTo(run)).open(kind, about);
  }

  /** All nodes that live but this one, as of the last look. */
  get others(): NodeRun[] {
    const { nodes, self } = this.#parts;
    return [...nodes.known.values()]
      .filter(({ boot }) => boot !== self.boot)
      .map(({ name, boot }) => ({ node: name, boot }));
  }

  close(): void {
    this.#closed = true;
    this.#door?.close();
    for (const line of this.#lines.values())
      void line.then(
        (one) => one.close(),
        () => {},
      );
  }

  /** @throws RefusedError `unavailable` */
  async #lineTo({ node, boot }: NodeRun): Promise<Line> {
    const known = this.#lines.get(boot);
    if (known) return known;
    const { nodes, ...parts } = this.#parts;
    const laid = (async () => {
      if (nodes.known.get(node)?.boot !== boot) await nodes.look();
      const record = nodes.known.get(node);
      if (record?.boot !== boot) {
        throw new RefusedError('unavailable', `The node ${node} is not there any more.`);
      }
      return Line.to(record, { ...parts, onUnknown: this.#onUnknown });
    })();
    this.#lines.set(boot, laid);
    const forget = (): void => void this.#lines.delete(boot);
    laid.then((line) => {
      line.onClosed = forget;
      if (line.closed || this.#closed) {
        forget();
        line.close();
      }
    }, forget);
    return laid;
  }
}
