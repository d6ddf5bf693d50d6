/** What a node answers that was asked for a zone: a channel on which it carries it, or whom to ask in its place. */
import { OwnerMessage, type PipeNode, type PipePath } from '../../contract/pipe.ts';
import type { Channel } from '../wire/channel.ts';

/** What was said on a channel before anybody was there to hear it. */
export class PipeOffer {
  readonly path: PipePath;
  readonly channel: Channel;
  readonly #held: OwnerMessage[];
  #closed = false;

  constructor(path: PipePath, channel: Channel, held: OwnerMessage[]) {
    this.path = path;
    this.channel = channel;
    this.#held = held;
    channel.onClosed = () => (this.#closed = true);
  }

  /** To be called once when somebody listens to the channel: tells what has been said so far. */
  hand(): void {
    for (const message of this.#held) this.channel.heard(message);
    if (this.#closed) this.channel.onClosed();
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
export function offerOn(
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
      if (message.type === 'path') return settle(new PipeOffer(message.path, channel, held));
      if (message.type === 'elsewhere') return settle(message.nodes);
      held.push(message);
      if (unsaid) settle(new PipeOffer(unsaid, channel, held));
    });
  });
}
