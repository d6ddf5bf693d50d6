/** What is known of a gateway's connection here, and what its key lets it be told. */
import type { Caller } from '../access/caller.ts';
import type { RefusedError } from '../contract/errors.ts';
import {
  understood,
  type CameraQuestion,
  type CameraTest,
  type GatewayAnswer,
  type GatewayName,
  type GatewayRequest,
  type SiteCamera,
} from '../contract/gateway.ts';
import { may } from '../contract/policy.ts';
import type { KeptCamera } from './site-cameras.ts';

/** The socket of a gateway, as it is seen here. */
export interface GatewayLink {
  /** Who speaks on it, as of now. */
  readonly caller: Caller;
  readonly address: string;
  /** When it was let in, ms of `performance.now()`. */
  readonly since: number;
  /** Tells which cameras are set for it. @throws Error when that is not confirmed in time */
  setCameras(cameras: SiteCamera[]): Promise<void>;
  /** @throws Error when there is no answer in time */
  test(camera: SiteCamera): Promise<CameraTest>;
  /** @throws Error when there is no answer in time, as of a gateway of an earlier version */
  find<N extends CameraQuestion>(name: N, request: GatewayRequest<N>): Promise<GatewayAnswer<N>>;
  /** Ends the connection, and says why. */
  end(error: RefusedError): void;
}

export interface Hello {
  readonly name: GatewayName;
  readonly version: string;
  readonly time: number;
  readonly understands?: readonly string[] | undefined;
}

/** What a gateway is told of the cameras that are kept for it. */
export function given(
  kept: readonly KeptCamera[],
  { caller }: GatewayLink,
  { understands }: Hello,
): SiteCamera[] {
  return kept
    .filter(
      ({ camera, unreadable }) => !unreadable && may(caller.principal, 'zone:film', camera.zone),
    )
    .map(({ camera }) => understood(camera, understands));
}
