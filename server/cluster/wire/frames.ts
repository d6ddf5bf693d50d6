/** What two nodes say to each other over one connection: one JSON value in each line. */
import { z } from 'zod';
import { ErrorCode } from '../../contract/errors.ts';

/** Longer lines end the connection, bytes. */
export const longestFrame = 1_000_000;

const Name = z.string().max(100);
const Number = z.number().int().nonnegative();

/** First, both ways: who one is, and of which run. */
const Hello = z.object({ type: z.literal('hello'), node: Name, boot: Name, version: Name });
/** What is said over a channel, and that it ends; the same from both ends. */
const Say = z.object({ type: z.literal('say'), channel: Number, message: z.unknown() });
const Shut = z.object({ type: z.literal('shut'), channel: Number });
export type ChannelFrame = z.infer<typeof Say | typeof Shut>;

/** From whoever has opened the connection. */
export const Asking = z.discriminatedUnion('type', [
  Hello,
  z.object({ type: z.literal('ask'), id: Number, kind: Name, about: z.unknown() }),
  /** Begins a channel, over which both sides then say what they have to. */
  z.object({ type: z.literal('open'), channel: Number, kind: Name, about: z.unknown() }),
  Say,
  Shut,
  z.object({ type: z.literal('ping') }),
]);
export type Asking = z.infer<typeof Asking>;

/** From the other one. */
export const Answering = z.discriminatedUnion('type', [
  Hello,
  z.object({ type: z.literal('answer'), id: Number, answer: z.unknown() }),
  z.object({
    type: z.literal('refusal'),
    id: Number,
    // One of a later version is not known here.
    code: ErrorCode.catch('unavailable'),
    message: z.string().max(1000),
  }),
  Say,
  Shut,
  z.object({ type: z.literal('pong') }),
]);
export type Answering = z.infer<typeof Answering>;

/** Cuts what comes into lines. */
export class Lines {
  #rest: Buffer[] = [];
  #length = 0;

  /**
   * @returns the lines that are whole now
   * @throws RangeError when one is too long
   */
  take(chunk: Buffer): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      lines.push(Buffer.concat([...this.#rest, chunk.subarray(from, at)]).toString());
      this.#rest = [];
      this.#length = 0;
      from = at + 1;
    }
    const rest = chunk.subarray(from);
    if (rest.length > 0) this.#rest.push(rest);
    this.#length += rest.length;
    if (this.#length > longestFrame || lines.some(({ length }) => length > longestFrame)) {
      throw new RangeError('a line is too long');
    }
    return lines;
  }
}
