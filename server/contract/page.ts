import { z } from 'zod';
import { VideoCodec } from './layers.ts';
import { RtpCapabilities } from './media.ts';

/** The id of the `<script type="application/json">` that carries the page's start data. */
export const pageDataElementId = 'surveillance-page-data';

/** The paths under which the web app shows a page; the server answers these with the app. */
export const pagePaths = ['/', '/wall'] as const;
export type PagePath = (typeof pagePaths)[number];

/**
 * What the page is served with, so that the media device is ready before anyone clicks: the router's
 * RTP capabilities (the same for every zone), and the codec that cameras send with by default.
 */
export const PageData = z.object({ rtpCapabilities: RtpCapabilities, codec: VideoCodec });
export type PageData = z.infer<typeof PageData>;
