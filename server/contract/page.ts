/** The start data: what a page needs before its first request, so that it begins without waiting. */
import { z } from 'zod';
import { Me } from './api.ts';
import { VideoCodec } from './layers.ts';
import { RtpCapabilities } from './media.ts';

/** The id of the `<script type="application/json">` that carries the page's start data. */
export const pageDataElementId = 'surveillance-page-data';

/** The paths under which the web app shows a page; the server answers these with the app. */
export const pagePaths = [
  '/',
  '/desk',
  '/wall',
  '/map',
  '/admin',
  '/account',
  '/sign-in',
  '/setup',
  '/enrol',
  '/invitation',
  '/notice',
] as const;
export type PagePath = (typeof pagePaths)[number];

/**
 * The sign-in page, which leads to another one afterwards: to the one that is most useful to whoever signs in, where
 * nothing but the bare `/` was asked for.
 * @param next a path of this server, with its query
 */
export const signInAddress = (next: string) =>
  next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`;

/**
 * What the page is served with, so that the media device is ready before anyone clicks: the router's
 * RTP capabilities (the same for every zone), and the codec that cameras send with by default.
 */
export const PageData = z.object({
  rtpCapabilities: RtpCapabilities,
  codec: VideoCodec,
  /** Whether the server is one of several nodes. */
  clustered: z.boolean().default(false),
  /** Whether there has ever been a gateway with cameras. */
  gateways: z.boolean().default(false),
  /** Its address as people and programs open it, where that is configured. */
  publicUrl: z.string().default(''),
  /** In which the site reads its times, as `Europe/Berlin`. */
  timeZone: z.string().default('UTC'),
  /** The server's; null for whoever is not signed in, since a version tells which known faults to try. */
  version: z.string().nullable(),
  /** Of which build the page is: compared with `/api/version`, once the server has been away. */
  build: z.string().default(''),
  privacy: z.object({
    /** Whether pictures carry a watermark. */
    watermark: z.boolean(),
  }),
  access: z.object({
    /** `open`: there are no accounts, and everyone may do everything. */
    mode: z.enum(['accounts', 'open']),
    /** Who is signed in; null for nobody. */
    me: Me.nullable(),
    /** What the button for single sign-on says; null where there is none. */
    singleSignOn: z.string().nullable(),
    /** Whether its provider does not answer now. */
    singleSignOnDown: z.boolean().default(false),
  }),
});
export type PageData = z.infer<typeof PageData>;
