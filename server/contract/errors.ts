/** The codes by which a program tells refusals apart; the sentence beside them is for people. */
import { z } from 'zod';
import { NodeId } from './node.ts';

/**
 * Every way a request can be refused. The list is closed: a client may switch over it and be sure
 * that it has said something useful about each.
 */
export const errorCodes = [
  /** The message does not match its schema. */
  'invalid-request',
  /** No such event exists. */
  'unknown-event',
  /** Another camera publishes in this zone. */
  'zone-occupied',
  /** The request needs a zone to be joined (`watch`) or claimed (`claim`) first. */
  'not-joined',
  /** The named transport, producer or consumer does not exist or belongs to someone else. */
  'not-found',
  /** The RTP, DTLS or codec parameters cannot be used by this server. */
  'unsupported-media',
  /** The zone has privacy masks, and this camera cannot burn them in. */
  'masks-required',
  /** The server is stopping or has no media worker at the moment; trying again later helps. */
  'unavailable',
  /** The same session was opened elsewhere; this one is over. */
  'session-replaced',
  /** What this camera sent has ended media workers; it is shut out for a while. */
  'shut-out',
  /** A claimed zone was not published to in time. */
  'claim-expired',
  /** The zone's camera cannot be turned, or not so, or is away. */
  'not-steerable',
  /** Somebody else steers this camera. */
  'hand-taken',
  /** The camera sends more than it may. */
  'bit-rate-exceeded',
  /** Nobody is signed in, or the sign-in has ended: sign in again. */
  'unauthenticated',
  /** Name, password, code, token or key are wrong; never said which. */
  'sign-in-failed',
  /** Name and password are right; a code of the authenticator app is asked for too. */
  'code-needed',
  /** The password is right, and one that an administrator knows: a new one is asked for. */
  'new-password-needed',
  /** The role or its zones do not allow this. */
  'forbidden',
  /** A password that is too short or too common. */
  'weak-password',
  /** Something of this name exists already. */
  'name-taken',
  /** Somebody else has changed it since it was read. */
  'changed-meanwhile',
  /** The last administrator would be lost. */
  'last-administrator',
  /** Too many attempts or messages; trying again later helps. */
  'throttled',
  /** A fault of the server; it is in the server's log. */
  'internal',
] as const;

export const ErrorCode = z.enum(errorCodes);
export type ErrorCode = z.infer<typeof ErrorCode>;

export const RequestFault = z.object({
  code: ErrorCode,
  message: z.string(),
  /** With `unavailable`: the node that is to be asked in place of this one. */
  node: NodeId.optional(),
  /** With `unavailable` and `throttled`: not to be asked again here for so long, ms. */
  retryAfter: z.number().int().nonnegative().optional(),
});
export type RequestFault = z.infer<typeof RequestFault>;

/** A refusal with a code of the contract; its message is written for the person who reads it. */
export class RefusedError extends Error {
  readonly code: ErrorCode;
  /** With `unavailable`: the node that is to be asked in place of this one. */
  readonly node: NodeId | undefined;
  /** With `unavailable` and `throttled`: not to be asked again here for so long, ms. */
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, message: string, node?: NodeId, retryAfter?: number) {
    super(message);
    this.name = 'RefusedError';
    this.code = code;
    this.node = node;
    this.retryAfter = retryAfter;
  }

  /** What another program has told. */
  static of({ code, message, node, retryAfter }: RequestFault): RefusedError {
    return new RefusedError(code, message, node, retryAfter);
  }

  /** As it is told to a client. */
  get fault(): RequestFault {
    const { code, message, node, retryAfter } = this;
    return {
      ...{ code, message },
      ...(node === undefined ? {} : { node }),
      ...(retryAfter === undefined ? {} : { retryAfter }),
    };
  }
}

/** What an error says, whatever was thrown. Where a host has several addresses, node gathers one error of each. */
export function messageOf(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}
