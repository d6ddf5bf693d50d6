/** What a session says: how it stands, why it cannot go on, and what to do about it. */
import { cannotDecode } from '../../../../server/contract/producer-refusal.ts';

interface FaultWords {
  title: string;
  advice: string;
  /** What is said in place of the advice while it is waited out. */
  awaits?: string;
}

const faults = {
  'permission-refused': {
    title: 'Camera permission refused',
    advice:
      'This browser does not let the page use the camera. Allow the camera in the site settings beside the address bar, then start the session again.',
    awaits:
      'Waiting for the right to use the camera. Allow the camera in the site settings beside the address bar; filming begins by itself then.',
  },
  'no-device': {
    title: 'No camera device',
    advice:
      'No camera was found. Plug one in, check its cable and driver, then start the session again.',
    awaits:
      'Waiting for the camera device … Plug it in, check its cable and driver; filming goes on by itself then.',
  },
  'device-busy': {
    title: 'Camera in use',
    advice: 'Another program holds the camera. Close that program, then start the session again.',
    awaits:
      'Waiting for the camera device … Another program holds it. Close that program; filming goes on by itself then.',
  },
  'other-device': {
    title: 'Not the camera that was there before',
    advice:
      'The privacy masks of this zone were drawn for the view of another camera, so nothing is sent. Plug that one in, or choose a camera under Camera device and check the masks, then start the session again.',
    awaits:
      'The privacy masks of this zone were drawn for the view of another camera. Waiting for that camera device … To film with this one, choose it under Camera device, and check the masks.',
  },
  'insecure-page': {
    title: 'Page not on HTTPS',
    advice:
      'Browsers give cameras to secure pages only. Open this page with https:// in front of its address.',
  },
  'zone-occupied': {
    title: 'Zone occupied by another camera',
    advice:
      'Another camera is publishing in this zone. End its session there, or choose another zone identifier, then start the session again.',
    awaits:
      'This camera stands by. It films when the other one is gone; to film now, end the session there.',
  },
  'session-replaced': {
    title: 'Opened in another window',
    advice: 'This session goes on in another window. Start it again to take it back here.',
    awaits:
      'This device films the zone in another window. This one stands by, and films when that one is closed.',
  },
  'shut-out': {
    title: 'This camera is shut out',
    advice:
      'What it sent has ended the server’s media workers, twice. Look at its device and software, or replace them; the server takes it again after a while, or after a restart.',
  },
  unauthenticated: {
    title: 'Your sign-in has ended',
    advice:
      'An administrator ended it, or its time ran out. Start the session again: the sign-in page comes first.',
  },
  'key-revoked': {
    title: 'The key of this device was revoked',
    advice:
      'Nothing is sent or shown any more. Ask an administrator for a new key, and open its enrolment link on this device.',
  },
  forbidden: {
    title: 'Not allowed in this zone',
    advice:
      'Your role does not hold in this zone, or does not any more. Choose another zone, or ask an administrator for this one.',
  },
  throttled: {
    title: 'Too many requests',
    advice: 'The server asks for a pause. Wait a minute, then start the session again.',
  },
  'claim-expired': {
    title: 'Nothing was sent',
    advice: 'The zone was held, but no picture came from this camera. Start the session again.',
  },
  'bit-rate-exceeded': {
    title: 'This camera sends too much',
    advice:
      'It sent more than its limit, so the server cut it off and lets it in again after a while. Choose a smaller size or frame rate, or ask an administrator for a higher limit of the zone or of the camera’s key.',
  },
  'unsupported-media': {
    title: 'Codec not supported',
    advice:
      'This browser cannot use the chosen codec. Remove ?codec= from the address, or try vp8.',
  },
  'masks-required': {
    title: 'Privacy masks cannot be applied',
    advice:
      'This zone has privacy masks and this browser cannot burn them into the picture, so nothing is sent. Reload the page; if that does not help, film with a current Chrome or Edge.',
  },
  'no-webrtc': {
    title: 'Browser not supported',
    advice: 'This browser has no usable WebRTC. Use a current Chrome, Edge, Firefox or Safari.',
  },
} satisfies Record<string, FaultWords>;

export const session = {
  /** By code. */
  faults,
  failed: 'The session failed',
  startAgain: (message: string) => `${message} Start it again.`,
  triedAgain: (advice: string, seconds: number) => `${advice} It is tried again in ${seconds} s.`,
  /** Why no socket comes about. */
  refused: {
    titles: {
      forbidden: 'The server refuses this page',
      throttled: 'Too many connections',
      unavailable: 'The server takes no sessions at the moment',
      internal: 'The server failed',
    },
    title: 'The server refuses this page',
    advice: (sentence: string) => `${sentence} It is tried again by itself.`,
    elsewhere: 'Something else answers in place of the server',
    status: (status: number) =>
      `What answers at this address says ${status}: a proxy whose server is down, or a wrong address. It is tried again by itself.`,
  },
  /** While the server cannot know whether people may still watch. */
  rights: {
    title: 'Rights unconfirmed',
    ends: (time: string) => `Pictures end at ${time} if that stays so.`,
    why: 'This server reaches neither its database nor another server, so it cannot know whether you may still watch. Nothing to do here; tell an administrator if it lasts.',
  },
  /** What the status pill says. */
  statuses: {
    DISCONNECTED: 'DISCONNECTED',
    CONNECTING: 'CONNECTING',
    CONNECTED: 'CONNECTED',
    'WAITING FOR CAMERA': 'WAITING FOR CAMERA',
    STREAMING: 'STREAMING',
    STALLED: 'STALLED',
    RECONNECTING: 'RECONNECTING',
    FAILED: 'FAILED',
  },
  noTransport: 'There is no transport yet.',
  noEncoder: (codec: string) => `No ${codec} encoder.`,
  watchAgain: 'Watch these zones again.',
  noAnswer: 'The server did not answer in time.',
  still: {
    notReady: 'its camera is not ready yet',
    masksChanged: 'its masks have just changed',
    noPicture: 'its camera gives no picture',
  },
  cannotDecode,
  untakeable: (why: string) =>
    `This browser cannot take what this camera sends (${why}). Try another browser, or start the camera anew.`,
  sound: {
    reasons: {
      'no-device': 'no microphone was found',
      'permission-refused': 'this browser does not let the page use the microphone',
      'device-busy': 'another program holds the microphone',
    },
    noServer: 'the server takes none now',
    none: (reason: string) =>
      `No sound is sent: ${reason}. The picture goes on, and the sound comes by itself when it can.`,
  },
};
