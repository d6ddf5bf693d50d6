/** One request of WHIP or WHEP and its answer, whatever serves HTTP. */
import type { Caller } from '../access/caller.ts';
import type { Visitor } from './resource.ts';

export interface Asked extends Omit<Visitor, 'caller'> {
  readonly method: string;
  /** As the path names it. */
  readonly zone: string;
  /** Of a session; undefined where the path names none. */
  readonly id: string | undefined;
  /** The node that the request names, by which balancers have sent it here. */
  readonly node: string | undefined;
  /** Undefined for nobody. */
  readonly caller: Caller | undefined;
  /** Whether the client takes an answer of a media type. */
  readonly accepts: (type: string) => boolean;
  readonly header: (name: string) => string | undefined;
  readonly body: string;
}

export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}
