/** The page on which one zone is filmed or watched. */
import type { CameraState } from '../../../../server/contract/zone.ts';

export const consolePage = {
  form: {
    zone: 'Zone Identifier',
    role: 'System Role',
    roles: {
      camera: 'Edge Gateway – Camera Node',
      operator: 'Control Centre – Operator',
    },
    hints: {
      notGranted: (zones: string) => `Not one of your zones, which are ${zones || 'none'}.`,
      usual: 'Location, type and number, as in CBD-TRAFFIC-01.',
      unusual: 'Works; the usual form is LOCATION-TYPE-NUMBER.',
      wrong: 'Use 1–64 letters, digits and dashes.',
    },
    noRole: 'No role is granted to you yet: ask an administrator for one.',
    start: 'Initialise Secure Session',
    end: 'End Session',
    stopTrying: 'Stop trying',
  },
  zones: {
    title: 'Live zones',
    /** By the state of the zone's camera. */
    camera: {
      idle: 'no camera',
      connecting: 'connecting',
      connected: 'connected',
      streaming: 'streaming',
      stalled: 'stalled',
    } satisfies Record<CameraState, string>,
    viewers: (count: number) => (count === 1 ? '1 viewer' : `${count} viewers`),
    none: 'No zone is live yet.',
    noSession: 'Shown during a session.',
  },
  camera: {
    title: 'Edge Node Feed',
    viewers: 'Viewers',
    preview: 'Local preview',
    device: 'Camera device',
    anyDevice: 'Browser’s choice',
    missingDevice: 'Chosen before, not there now',
    unnamedDevice: (number: number) => `Camera ${number}`,
    size: 'Capture resolution',
    frameRate: 'Capture frame rate',
    sound: 'Send audio',
    sent: 'What is being sent',
    layer: 'Layer',
    layerSize: 'Size',
    frames: 'Frames',
    rate: 'Rate',
    asleep: 'asleep',
    nothingYet: 'Nothing yet.',
    allAsleep: 'All layers are asleep: nobody is watching. The connection stays open.',
    someAsleep: 'Layers are asleep where no viewer shows the picture large enough to need them.',
  },
  operator: {
    title: 'Control Centre View',
    feed: 'Live feed',
    fullScreen: 'Full screen',
    pictureInPicture: 'Picture in picture',
    snapshot: 'Snapshot',
    notSaved: (reason: string) => `Not saved: ${reason}`,
    soundOn: 'Sound on',
    soundOff: 'Sound off',
  },
};
