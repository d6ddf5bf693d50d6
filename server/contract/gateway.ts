/**
 * What an edge gateway and the server say of the cameras of a site. The gateway's socket has one namespace for itself
 * (`/gateway`), and one for each of its cameras (`/camera/NAME`), where it speaks as a camera's page does.
 */
import { z } from 'zod';
import { Authorities, Fingerprint } from './certificate.ts';
import { CaptureSize } from './layers.ts';
import { fittingName } from './name.ts';
import { AskedCamera, AskedEncoder, CameraFacts, Discovery, Onvif } from './onvif.ts';
import { ZoneId } from './zone.ts';

/** Most cameras of one gateway. */
export const mostCameras = 64;

/** Names of gateways and of their cameras. */
export const GatewayName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);
export type GatewayName = z.infer<typeof GatewayName>;

/** The namespaces of a gateway's connection. */
export const gatewayNamespace = '/gateway';
export const camerasNamespace = '/camera/';
export const cameraNamespace = (name: GatewayName): string => `${camerasNamespace}${name}`;
export const isCameraNamespace = (namespace: string): boolean =>
  namespace.startsWith(camerasNamespace) &&
  GatewayName.safeParse(namespace.slice(camerasNamespace.length)).success;

/** What keeps a camera from being shown; each has its own words, and says what to do. */
export const troubles = [
  /** Nothing answers there. */
  'unreachable',
  /** Name or password were refused; not tried again before somebody has changed something. */
  'wrong-password',
  /** The camera answers, but has no such stream. */
  'wrong-path',
  /** Something answers that speaks no RTSP, or breaks it. */
  'not-rtsp',
  /** The network of the address is not one that the gateway's file names. */
  'wrong-network',
  /** The certificate is not one that is trusted. */
  'certificate',
  /** The camera serves no more clients. */
  'no-session',
  /** Browsers cannot show what it sends, and it is not to be transcoded, or cannot be. */
  'unsupported-codec',
  /** It answers, and sends no whole pictures. */
  'stalled',
  /** The camera has closed the connection, or ended the stream. */
  'closed',
  /** At this address there is another camera than before. */
  'other-camera',
  /** Main and sub stream are not the same picture, in shape or codec: the main stream is sent alone. */
  'streams-differ',
  /** The zone has masks, and they cannot be burnt into what this camera sends. */
  'masks-required',
  /** Another camera films the zone. */
  'zone-occupied',
  /** The key of the gateway does not allow this zone. */
  'forbidden',
  /** Pictures find no way to the server: the site's firewall stops UDP and TCP to its media ports, and there is no TURN. */
  'no-way',
  /** What decodes or encodes has failed. */
  'transcoder-failed',
  /** A fault of the gateway; it is in its log. */
  'internal',
] as const;
export const TroubleCode = z.enum(troubles);
export type TroubleCode = z.infer<typeof TroubleCode>;

export const Trouble = z.object({
  code: TroubleCode,
  /** What exactly was seen, in the words of the camera or of the system; never a secret. */
  detail: z.string().max(300).optional(),
  /** Of the certificate that was seen and is not trusted: a person may say that it is right. */
  fingerprint: Fingerprint.optional(),
});
export type Trouble = z.infer<typeof Trouble>;

/**
 * `asleep`: nobody watches, so that nothing is pulled. `trying`: it is asked for pictures. `live`: whole pictures come
 * and are sent. `failed`: nothing is tried before somebody changes something.
 */
export const siteCameraStates = ['off', 'asleep', 'trying', 'live', 'failed'] as const;
export const SiteCameraState = z.enum(siteCameraStates);
export type SiteCameraState = z.infer<typeof SiteCameraState>;

/** One stream of a camera as it is seen. */
export const StreamReport = CaptureSize.extend({
  codec: z.string().max(32),
  profile: z.string().max(64).optional(),
  frameRate: z.number().nonnegative().max(1000).optional(),
  /** ms */
  keyInterval: z.number().nonnegative().optional(),
  reorders: z.boolean(),
  /** Encoded again, since browsers cannot show it or masks are burnt in. */
  transcoded: z.boolean(),
  /** The gateway's machine is too busy to encode all pictures: one in so many is sent. */
  sentOneIn: z.number().int().min(2).optional(),
  /** Whether it is pulled now. */
  pulled: z.boolean(),
  /** bit/s as it comes from the camera */
  bitRate: z.number().nonnegative().optional(),
  /** The codec of the sound that the camera offers with it, whether or not that is sent; left out where it has none. */
  audio: z.string().max(32).optional(),
  /** How often its transcoder failed and was started again, in this run of the gateway; left out where it never did. */
  restarts: z.number().int().positive().optional(),
});
export type StreamReport = z.infer<typeof StreamReport>;

/**
 * How a camera that can be asked for a key picture, beside its streams, makes none: it says no, says nothing, or
 * agrees and makes none.
 */
export const keyFailures = ['refused', 'hangs', 'ignored'] as const;
export const KeyFailure = z.enum(keyFailures);
export type KeyFailure = z.infer<typeof KeyFailure>;
export const KeyTrouble = z.object({
  code: KeyFailure,
  /** In the words of the camera; never a secret. */
  detail: z.string().max(300).optional(),
});
export type KeyTrouble = z.infer<typeof KeyTrouble>;

/** What a gateway says of one of its cameras. */
export const SiteCameraReport = z.object({
  name: GatewayName,
  zone: ZoneId,
  label: z.string().max(64).transform(fittingName),
  /** Where it stands: in the gateway's own file, or in the console. */
  setIn: z.enum(['file', 'console']),
  /** Host and port, without name, password and path. */
  address: z.string().max(300),
  state: SiteCameraState,
  trouble: Trouble.optional(),
  /** The smallest first. */
  streams: z.array(StreamReport).max(2),
  /** Layers that the uplink has no room for are not sent. */
  narrow: z.boolean(),
  /** It was asked for key pictures, and makes none when asked; left out where it does, and where it cannot be asked. */
  keyFrames: KeyTrouble.optional(),
  /** How far the camera's own clock is ahead of the gateway's, ms; undefined where it tells none. */
  clockOffset: z.number().optional(),
  /** Its whole picture is covered for the zone's masks, since its ONVIF does not say whether it turns: why, in words. */
  covered: z.string().max(300).optional(),
  /** Of a camera whose sound is to be sent: as what it is, and why it is not, in words. */
  audio: z
    .object({ sentAs: z.string().max(32).optional(), missing: z.string().max(300).optional() })
    .optional(),
});
export type SiteCameraReport = z.infer<typeof SiteCameraReport>;

export const Transcode = z.enum(['auto', 'never']);
export const RtspTransport = z.enum(['tcp', 'udp']);

const RtspUrl = z
  .string()
  .max(1000)
  .refine((text) => /^rtsps?:\/\//i.test(text) && URL.canParse(text), 'an rtsp:// or rtsps:// URL')
  .refine((text) => {
    const { username, password } = new URL(text);
    return username === '' && password === '';
  }, 'name and password have fields of their own');

/** A camera as it is set in the console, or stands in a gateway's file. */
export const SiteCamera = z.strictObject({
  name: GatewayName,
  zone: ZoneId,
  label: z.string().max(64).transform(fittingName).default(''),
  enabled: z.boolean().default(true),
  /** The main stream. */
  url: RtspUrl,
  /** A smaller stream of the same picture. */
  sub: RtspUrl.optional(),
  user: z.string().max(128).optional(),
  password: z.string().max(256).optional(),
  /** For `rtsps`, whose certificate alone is right, whoever signed it. */
  fingerprint: Fingerprint.optional(),
  /** For `rtsps`, whose authorities are believed in place of the system's. */
  ca: Authorities.optional(),
  /** The camera's ONVIF, by the same user and password; its profiles of main and sub stream, where they are known. */
  onvif: Onvif.optional(),
  transport: RtspTransport.default('tcp'),
  transcode: Transcode.default('auto'),
  /** Its sound is sent, too. What is said in public space may be recorded or listened to under strict laws only. */
  audio: z.boolean().default(false),
});
export type SiteCamera = z.infer<typeof SiteCamera>;

/**
 * Fields that gateways of an earlier version refuse, with all cameras beside: they are told those alone that their `hello`
 * says they understand. What is added to a camera is added here too.
 */
export const laterFields = ['fingerprint', 'ca', 'onvif'] as const satisfies (keyof SiteCamera)[];
/** The first versions that say nothing of it know those of the first one. */
export function understood(camera: SiteCamera, understands: readonly string[] = []): SiteCamera {
  const left = new Set<string>(laterFields.filter((field) => !understands.includes(field)));
  const kept = Object.entries(camera).filter(([field]) => !left.has(field));
  return Object.fromEntries(kept) as SiteCamera;
}

/** Those of one gateway, of which no two have one name or film one zone. */
export const SiteCameras = z
  .array(SiteCamera)
  .max(mostCameras)
  .superRefine((cameras, context) => {
    for (const field of ['name', 'zone'] as const) {
      const seen = new Set<string>();
      cameras.forEach((camera, at) => {
        const message = 'another camera has it too';
        if (seen.has(camera[field])) {
          context.addIssue({ code: 'custom', path: [at, field], message });
        }
        seen.add(camera[field]);
      });
    }
  });

/** A network in which cameras may be: an address, or `192.168.20.0/24`. */
export const SiteNetwork = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: 'an address, or a network as 192.168.20.0/24',
});
/** Most networks of one gateway. */
export const mostNetworks = 64;

const Nothing = z.object({});

/** Gateway to server, in the namespace `/gateway`. */
export const gatewayEvents = {
  /** Said first; the answer holds the cameras that are set in the console for it. */
  hello: {
    request: z.object({
      name: GatewayName,
      version: z.string().max(64),
      /** The gateway's time of day, ms since the epoch. */
      time: z.number(),
      /** Fields of cameras that it knows beyond those of the first version. */
      understands: z.array(z.string().max(64)).max(64).optional(),
    }),
    response: z.object({ cameras: z.array(SiteCamera).max(mostCameras) }),
  },
  /**
   * All of its cameras as they are; said after `hello`, and whenever something of it changes, once a second at most and
   * once a minute at least.
   */
  report: {
    request: z.object({
      cameras: z.array(SiteCameraReport).max(mostCameras),
      /** As in `hello`; those of an earlier version do not say it. */
      time: z.number().optional(),
    }),
    response: Nothing,
  },
} as const;

/** A picture of a camera, and what it sends, for whoever sets it up. */
export const CameraTest = z.object({
  streams: z.array(StreamReport).max(2),
  trouble: Trouble.optional(),
  /** JPEG, base64; at most 640 px wide. */
  still: z.string().max(200_000).optional(),
  /** It is left out, since the zone has privacy masks, which are not in it. */
  masked: z.literal(true).optional(),
});
export type CameraTest = z.infer<typeof CameraTest>;

/** Server to gateway; each is acknowledged with its answer. */
export const gatewayRequests = {
  /** The cameras that are set in the console have changed: these are all of them. */
  cameras: {
    request: z.object({ cameras: z.array(SiteCamera).max(mostCameras) }),
    answer: Nothing,
  },
  /** Opens a camera's streams for a moment, without sending them anywhere. */
  test: { request: z.object({ camera: SiteCamera }), answer: CameraTest },
  /** Looks for cameras in its networks. */
  discover: { request: Nothing, answer: Discovery },
  /** What a camera says of itself by ONVIF. */
  facts: { request: z.object({ camera: AskedCamera }), answer: CameraFacts },
  /** Sets how often a camera's encoder makes a key picture. */
  encoder: { request: z.object({ encoder: AskedEncoder }), answer: CameraFacts },
} as const;
export type GatewayRequestName = keyof typeof gatewayRequests;
/** What is asked of a gateway for whoever sets up its cameras, beside `test`. */
export type CameraQuestion = 'discover' | 'facts' | 'encoder';
export const CameraQuestion = z.enum(['discover', 'facts', 'encoder']);
export type GatewayRequest<N extends GatewayRequestName> = z.output<
  (typeof gatewayRequests)[N]['request']
>;
export type GatewayAnswer<N extends GatewayRequestName> = z.output<
  (typeof gatewayRequests)[N]['answer']
>;

/** A zone's still as whoever films it makes it: after the masks. */
export const Still = z.object({
  /** JPEG */
  picture: z.instanceof(Uint8Array),
  /** When it was taken, ms since the epoch. */
  at: z.number(),
});
export type Still = z.infer<typeof Still>;
