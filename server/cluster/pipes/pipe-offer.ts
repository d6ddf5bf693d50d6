/** What a node answers that was asked for a zone: a channel on which it carries it, or whom to ask in its place. */
import {
  OwnerMessage,
  type PipeNode,
  type PipePath,
  type PipeRequest,
} from '../../contract/pipe.ts';
import type { Channel, ChannelEnd } from '../wire/channel.ts';
import { inTime } from '../wire/in-time.ts';
import type { NodeRun } from '../wire/peers.ts';

type PathSaid = Omit<Extract<OwnerMessage, { type: 'path' }>, 'type'>;

/** What was said on a channel before anybody was there to hear it. */
export class PipeOffer {
  readonly path: PipePath;
  /** By which the pipe can be had again, where it can. */
  readonly resume: string | undefined;
  readonly channel: Channel;
  readonly #held: OwnerMessage[];
  #end: ChannelEnd | undefined;

  constructor({ path, resume }: PathSaid, channel: Channel, held: OwnerMessage[]) {
    this.path = path;
    this.resume = resume;
    this.channel = channel;
    this.#held = held;
    channel.onClosed = (end) => (this.#end = end);
  }

  /** To be called once when somebody listens to the channel: tells what has been said so far. */
  hand(): void {
    for (const message of this.#held) this.channel.heard(message);
    if (this.#end) this.channel.onClosed(this.#end);
  }

  refuse(): void {
    this.channel.close();
  }
}

/**
 * @param parent whose channel it is
 * @param unsaid the way where none is said, as by a version that knows no other than its own; undefined to wait for it
 * @param longest ms
 * @returns undefined when no answer comes in time
 */
function offerOn(
  channel: Channel,
  unsaid: PipePath | undefined,
  longest: number,
): Promise<PipeOffer | readonly PipeNode[] | undefined> {
  return new Promise((resolve) => {
    const held: OwnerMessage[] = [];
    const late = setTimeout(() => {
      channel.close();
      resolve(undefined);
    }, longest);
    const settle = (answer: PipeOffer | readonly PipeNode[]): void => {
      clearTimeout(late);
      channel.hear(OwnerMessage, (message) => held.push(message));
      resolve(answer);
    };
    channel.onClosed = () => settle([]);
    channel.hear(OwnerMessage, (message) => {
      if (message.type === 'path') return settle(new PipeOffer(message, channel, held));
      if (message.type === 'elsewhere') return settle(message.nodes);
      held.push(message);
      if (unsaid) settle(new PipeOffer({ path: unsaid }, channel, held));
    });
  });
}

/** For a node to be reached, ms. */
const reached = 1500;

/**
 * @param time for the answer, ms
 * @param unsaid the way where none is said
 * @returns undefined when no answer comes in time
 * @throws RefusedError `unavailable` when it cannot be reached
 */
export async function askFor(
  open: (to: NodeRun, request: PipeRequest) => Promise<Channel>,
  to: NodeRun,
  request: PipeRequest,
  { time = 1500, unsaid }: { readonly time?: number; readonly unsaid?: PipePath | undefined } = {},
): Promise<PipeOffer | readonly PipeNode[] | undefined> {
  const opening = open(to, request);
  const message = `The node ${to.node} cannot be reached (no connection in ${reached} ms).`;
  try {
    return await offerOn(await inTime(opening, reached, message), unsaid, time);
  } catch (error) {
    opening.then(
      (channel) => channel.close(), // What comes of it later is not used.
      () => {}, // Told to whoever waits.
    );
    throw error;
  }
}
