/** How programs of others film and watch with a key: by WHIP and WHEP. */
import type { KeyRole } from '../../../../server/contract/access.ts';

export const programs = {
  camera: {
    title: 'For an encoder (WHIP)',
    about: 'OBS, GStreamer, ffmpeg and hardware encoders film with this key in place of a browser.',
    address: 'WHIP address',
    settings:
      'OBS 30 or later: Settings, Stream, Service “WHIP”; the address above is the Server, the secret the Bearer Token. Output: a keyframe every 2 s, no B-frames.',
  },
  wall: {
    title: 'For a player (WHEP)',
    about: 'Players and walls of others watch with this key in place of a browser.',
    address: 'WHEP address',
    settings: 'A player asks for the address above, and for the secret as its bearer token.',
  },
  anyZone: 'The key is for several zones: put the zone in place of ZONE.',
  loopback: (origin: string) =>
    `${origin} is this machine alone. Open this page by the name that encoders and players reach, and make the key there.`,
  names: {
    whipclientsink: 'GStreamer (whipclientsink)',
    ffmpeg: 'ffmpeg 8',
    whipClient: 'whip-client (Debian)',
    whepsrc: 'GStreamer (whepsrc)',
    page: 'A page (whip-whep)',
  },
  /** To paste into a shell, or a script of a page. */
  lines: {
    whipclientsink: (address: string, secret: string) =>
      `gst-launch-1.0 v4l2src ! videoconvert ! whipclientsink video-caps="video/x-h264,profile=constrained-baseline" signaller::whip-endpoint="${address}" signaller::auth-token="${secret}"`,
    // Browsers show no B-frames, and a newcomer waits for the next key frame.
    ffmpeg: (address: string, secret: string) =>
      `ffmpeg -re -i INPUT -an -c:v libx264 -profile:v baseline -preset veryfast -tune zerolatency -bf 0 -g 50 -f whip -authorization "${secret}" "${address}"`,
    whipClient: (address: string, secret: string) =>
      `whip-client -u "${address}" -t "${secret}" -V "v4l2src ! videoconvert ! vp8enc deadline=1 keyframe-max-dist=60 ! rtpvp8pay pt=96 picture-id-mode=15-bit ! application/x-rtp,media=video,encoding-name=VP8,payload=96"`,
    whepsrc: (address: string, secret: string) =>
      `gst-launch-1.0 whepsrc whep-endpoint="${address}" auth-token="${secret}" video-caps="application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000" ! rtpvp8depay ! vp8dec ! videoconvert ! autovideosink`,
    page: (address: string, secret: string) =>
      `await new WHEPClient().view(peerConnection, '${address}', '${secret}')`,
  },
} satisfies Record<KeyRole, object> & Record<string, unknown>;
