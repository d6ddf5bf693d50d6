/** Gateways and their cameras as administrators see and set them, over HTTP. */
import { z } from 'zod';
import { GatewayName, SiteCamera, SiteCameraReport } from './gateway.ts';
import { NodeId } from './node.ts';

/** Gateways that are known at once, whether connected or not. */
export const mostGateways = 200;

/** A camera that is set in the console, as it is shown: its password is told to nobody but its gateway. */
export const ShownCamera = SiteCamera.omit({ password: true }).extend({
  hasPassword: z.boolean(),
  /**
   * Why its gateway is not given it: its key does not allow the zone; or its user and password cannot be read, as they are
   * sealed with another secret than this server's.
   */
  withheld: z.enum(['forbidden', 'unreadable']).optional(),
});
export type ShownCamera = z.infer<typeof ShownCamera>;

/** One camera of a gateway: what is set of it in the console, what its gateway says of it, or both. */
export const GatewayCamera = z.object({
  name: GatewayName,
  /** Undefined for one that stands in the gateway's own file, which cannot be changed here. */
  settings: ShownCamera.optional(),
  /** As it was said last; undefined while the gateway has said nothing of it. */
  report: SiteCameraReport.optional(),
});
export type GatewayCamera = z.infer<typeof GatewayCamera>;

export const Gateway = z.object({
  name: GatewayName,
  connected: z.boolean(),
  /** The node that it is connected to, where there are several. */
  node: NodeId.optional(),
  version: z.string(),
  /** The key that it signs in with; its name is empty in the open mode, and for a key that is gone. */
  key: z.object({ id: z.string(), name: z.string() }),
  /** Where it is, as far as trusted proxies tell. */
  address: z.string(),
  /** Its clock against the server's, ms, positive where it is ahead; undefined while it is not connected. */
  clockError: z.number().optional(),
  /** ms since the epoch; now, while it is connected */
  lastSeen: z.number().int(),
  /** By name. */
  cameras: z.array(GatewayCamera),
});
export type Gateway = z.infer<typeof Gateway>;

export const GatewayList = z.object({
  /** By name. */
  gateways: z.array(Gateway),
  /** Nodes that did not answer in time: a gateway that is connected there is shown as it was seen last. */
  unknownAt: z.array(z.string()),
});
export type GatewayList = z.infer<typeof GatewayList>;

/** The name stays what it is; what is not said stays as it is, also the password. `null` takes away. */
export const ChangeCamera = z.strictObject({
  zone: SiteCamera.shape.zone.optional(),
  label: SiteCamera.shape.label.unwrap().optional(),
  enabled: z.boolean().optional(),
  url: SiteCamera.shape.url.optional(),
  sub: SiteCamera.shape.sub.unwrap().nullable().optional(),
  user: SiteCamera.shape.user.unwrap().nullable().optional(),
  password: SiteCamera.shape.password.unwrap().nullable().optional(),
  fingerprint: SiteCamera.shape.fingerprint.unwrap().nullable().optional(),
  ca: SiteCamera.shape.ca.unwrap().nullable().optional(),
  transport: SiteCamera.shape.transport.unwrap().optional(),
  transcode: SiteCamera.shape.transcode.unwrap().optional(),
  audio: z.boolean().optional(),
  onvif: SiteCamera.shape.onvif.unwrap().nullable().optional(),
});
export type ChangeCamera = z.infer<typeof ChangeCamera>;
