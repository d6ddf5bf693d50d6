/** What a gateway finds out of cameras by ONVIF, for whoever sets them up. */
import { z } from 'zod';
import { Authorities, Fingerprint } from './certificate.ts';

/** A profile of a camera, as the camera calls it. */
export const ProfileToken = z.string().min(1).max(128);

/** Where a camera's device service is. */
export const DeviceUrl = z
  .string()
  .max(1000)
  .refine((text) => /^https?:\/\//i.test(text) && URL.canParse(text), 'an http:// or https:// URL')
  .refine((text) => {
    const { username, password } = new URL(text);
    return username === '' && password === '';
  }, 'name and password have fields of their own');

/** A camera that answers to ONVIF too, with the name and password of its streams. */
export const Onvif = z.strictObject({
  url: DeviceUrl,
  /** The profiles of its streams; without them its first ones are meant. */
  main: ProfileToken.optional(),
  sub: ProfileToken.optional(),
});
export type Onvif = z.infer<typeof Onvif>;

/** What keeps ONVIF from answering; each has its own words, and says what to do. */
export const onvifTroubles = [
  /** Nothing answers there, or not in time. */
  'unreachable',
  /** What answers speaks no ONVIF, or breaks it: too much, too deep, no XML, another address. */
  'not-onvif',
  'wrong-password',
  /** Its user may not do this, though the password is right. */
  'forbidden',
  /** The camera has no such service, or no such action. */
  'not-supported',
  /** It answers that it does not do it, and why. */
  'refused',
  /** The network of the address is not one that the gateway's file names. */
  'wrong-network',
  /** The certificate is not one that is trusted. */
  'certificate',
  /** A fault of the gateway; it is in its log. */
  'internal',
] as const;
export const OnvifTrouble = z.object({
  code: z.enum(onvifTroubles),
  /** In the camera's or the system's words; never a secret. */
  detail: z.string().max(300).optional(),
  fingerprint: Fingerprint.optional(),
});
export type OnvifTrouble = z.infer<typeof OnvifTrouble>;

/** Most cameras that are listed at once. */
export const mostFound = 256;

/** A camera that has answered. */
export const FoundCamera = z.object({
  url: DeviceUrl,
  /** From where it has answered. */
  address: z.string().max(64),
  name: z.string().max(64).optional(),
  model: z.string().max(64).optional(),
  /** Another host that it names as its own, which is not used. */
  other: z.string().max(100).optional(),
});
export type FoundCamera = z.infer<typeof FoundCamera>;

export const Discovery = z.object({
  /** By address. */
  cameras: z.array(FoundCamera).max(mostFound),
  /** This machine's addresses from where it was asked; none where the file names no network that it is in. */
  from: z.array(z.string().max(64)).max(64),
});
export type Discovery = z.infer<typeof Discovery>;

/** How a profile's video is encoded, as far as the camera says. */
export const EncoderFacts = z.object({
  codec: z.string().max(32),
  profile: z.string().max(32).optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  /** Most pictures a second. */
  frameRate: z.number().optional(),
  /** Most bit/s. */
  bitRate: z.number().optional(),
  /** From one key picture to the next, pictures. */
  keyInterval: z.number().optional(),
});
export type EncoderFacts = z.infer<typeof EncoderFacts>;

export const CameraProfile = z.object({
  token: ProfileToken,
  /** Not a name of one profile alone. */
  name: z.string().max(64),
  encoder: EncoderFacts.optional(),
  /** Of its stream, without name and password; undefined where the camera tells none of its own. */
  stream: z.string().max(1000).optional(),
  hasPtz: z.boolean(),
});
export type CameraProfile = z.infer<typeof CameraProfile>;

/** What is asked of one camera; without a password, the one that is kept for it at the same host. */
export const AskedCamera = z.strictObject({
  url: DeviceUrl,
  user: z.string().max(128).optional(),
  password: z.string().max(256).optional(),
  fingerprint: Fingerprint.optional(),
  ca: Authorities.optional(),
});
export type AskedCamera = z.infer<typeof AskedCamera>;

export const CameraFacts = z.object({
  profiles: z.array(CameraProfile).max(64),
  maker: z.string().max(64).optional(),
  model: z.string().max(64).optional(),
  /** How far its clock is ahead of the gateway's, ms. */
  clockOffset: z.number().optional(),
  /** Another host that it names as its own, which is not used. */
  other: z.string().max(100).optional(),
  trouble: OnvifTrouble.optional(),
});
export type CameraFacts = z.infer<typeof CameraFacts>;

/** What H264 may use: `Baseline` has no B-frames, for which browsers would need a transcoder. */
export const h264Profiles = ['Baseline', 'Main', 'High'] as const;

/** What is set of an encoder; all else stays as it is. */
export const EncoderChange = z.strictObject({
  /** From one key picture to the next, pictures. */
  keyInterval: z.number().int().min(1).max(1000).optional(),
  h264Profile: z.enum(h264Profiles).optional(),
});
export type EncoderChange = z.infer<typeof EncoderChange>;

/** Sets the encoder of a profile. */
export const AskedEncoder = AskedCamera.extend({
  profile: ProfileToken,
  ...EncoderChange.shape,
}).refine(
  ({ keyInterval, h264Profile }) => keyInterval !== undefined || h264Profile !== undefined,
  'keyInterval, h264Profile or both',
);
export type AskedEncoder = z.infer<typeof AskedEncoder>;
