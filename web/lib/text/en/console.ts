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
    /** Buttons that open and fold the form while a session runs. */
    show: 'Show the form',
    fold: 'Fold the form',
    /** By role, in place of a hint. */
    fixed: {
      camera: 'Zone and role stay as they are until you end the session.',
      operator:
        'Zone and role stay as they are until you end the session. Another zone is a click away, under Live zones.',
    },
    noSuch: (zone: string, more: boolean) =>
      `There is no zone ${zone} so far. It can be waited for${more ? '; or did you mean:' : '.'}`,
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
    find: 'Find a zone',
    findHint: 'Name or pattern, as CBD-*',
    found: (count: number) => (count === 1 ? '1 zone' : `${count} zones`),
    stalled: (count: number) => ` · ${count} stalled`,
    noName: 'Names have letters, digits and dashes only.',
    noneFound: 'No live zone has that in its name.',
    unknown: (nodes: string[]) =>
      `Zones of ${nodes.join(', ')} are not known at the moment. They come back by themselves.`,
    none: 'No zone is live yet.',
    noSession: 'Shown during a session.',
  },
  camera: {
    title: 'Edge Node Feed',
    settings: 'What is filmed',
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
    soundOn: 'Sound on',
    soundOff: 'Sound off',
  },
};
