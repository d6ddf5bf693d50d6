/** What the console says over a picture, for every state that a person can be in. */
export const overlay = {
  insecure: {
    title: 'Page not on HTTPS',
    advice:
      'Browsers give cameras to secure pages only. Open this page with https:// in front of its address.',
  },
  noSession: {
    title: 'No session',
    advice: 'Enter a zone identifier, choose a role, and press Initialise Secure Session.',
  },
  noCamera: (zone: string) => ({
    title: `No camera in ${zone} yet`,
    advice:
      'The picture appears by itself as soon as a camera publishes in this zone. Nothing to do here; start the camera, or choose a live zone.',
  }),
  lost: (zone: string, since: string) => ({
    title: since,
    advice: `The camera of ${zone} has gone. The picture comes back by itself; if this lasts, check the camera, its power and its network.`,
  }),
  /** Said of a zone in which nobody has ever filmed, and that no list has. */
  noSuchZone: (zone: string, more: boolean) => ({
    title: `No camera in ${zone} yet`,
    advice: more
      ? 'There is no zone of this name so far. It is waited for; or did you mean one of these?'
      : 'There is no zone of this name so far. It is waited for: the picture appears by itself as soon as a camera publishes in it.',
  }),
  cutOff: (zone: string, node: string) => ({
    title: `The picture of ${zone} does not come through`,
    advice: `It is filmed at the server ${node}, and nothing of it comes to the server of this page. It is tried again by itself, and by way of other servers; if this lasts, have the network between the two looked at.`,
  }),
  nothingLeaves: {
    title: 'No frames are leaving',
    advice:
      'The camera or the network has stopped. Check the camera and its cable; sending goes on by itself.',
  },
  frozen: {
    title: 'The picture is frozen',
    advice:
      'The camera has sent nothing for 2 seconds. It goes on by itself; if it stays frozen, check the camera and its network.',
  },
  undecoded: {
    title: 'This computer decodes no picture',
    advice:
      'Pictures come, but it is too slow or shows too many. Close other pictures or programs; the picture comes by itself.',
  },
  silent: {
    title: 'The camera sends nothing',
    advice:
      'It is asked to, and no frame has come yet. The picture comes by itself; if this lasts, check the camera and its network.',
  },
  standby: {
    title: 'On standby: nobody is watching',
    advice:
      'Nothing is sent, to spare the uplink; the connection stays open. Sending begins by itself as soon as someone opens this zone.',
  },
  connected: {
    title: 'Connected',
    advice: 'The encrypted connection is up; waiting for the first frame.',
  },
  refused: 'This camera cannot be shown here',
  unreachable: {
    title: 'The server cannot be reached',
    advice:
      'Either it does not run, or its certificate was not accepted. Open this address in a new tab, accept the certificate there, then come back; the connection is tried again all the time.',
  },
  gone: {
    title: 'The server is gone for the moment',
    pictureGoesOn:
      'The picture goes on. The connection to the server is tried again by itself; nothing to do here.',
    pictureStops:
      'The connection is tried again by itself, and the picture comes back with it. If this lasts, check that the server runs and the network is up.',
  },
  openingCamera: {
    title: 'Opening the camera',
    advice:
      'Waiting for your permission to use the camera and for the server. Answer the browser’s question, if it asks one.',
  },
  connecting: {
    title: 'Connecting',
    advice: 'Waiting for the server to open an encrypted connection.',
  },
  still: (zone: string) => `Still of ${zone}`,
  stillOf: (time: string, age: string) =>
    `Still of ${time}, ${age} ago; the live picture comes with the camera’s next key frame`,
  /** Buttons on a picture that is not there. */
  actions: {
    begin: { camera: 'Film now', operator: 'Watch now' },
    enter: 'Enter a zone',
    again: 'Try again now',
    another: 'Choose another zone',
    reload: 'Load this page again',
  },
  lastPicture: (time: string, age: string) => `Last picture at ${time}, ${age} ago`,
};
