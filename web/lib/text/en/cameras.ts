/** Gateways and their cameras, in the administration. */
import type { SiteCameraState, TroubleCode } from '../../../../server/contract/gateway.ts';

/** What is seen, and what to do about it. */
const troubles: Record<TroubleCode, string> = {
  unreachable: 'Nothing answers at this address. Check the address, the cable and the power.',
  'wrong-password':
    'The camera refuses the user or the password. It is not tried again, so that the camera does not lock the account: set the right ones.',
  'wrong-path': 'The camera answers, but has no such stream. Check the path of the URL.',
  'not-rtsp': 'What answers there does not speak RTSP. Check address and port.',
  'wrong-network':
    'The gateway may not reach this network. Name it under “networks” in the gateway’s file.',
  certificate:
    'The camera’s certificate is not trusted. Test the camera and compare its fingerprint, or give its authority.',
  'no-session': 'The camera serves no more viewers. End one of its other viewers.',
  'unsupported-codec':
    'Browsers cannot show what it sends. Have the camera send H264, or allow transcoding.',
  stalled: 'It answers, but sends no whole pictures. Check its network, and its encoder.',
  closed: 'The camera has ended the stream. It is tried again by itself.',
  'other-camera':
    'Another camera answers at this address. It is not shown before you say that it is the right one: save the camera again.',
  'streams-differ':
    'Main and sub stream are not the same picture, so the main stream is sent alone. Give both the same shape and codec.',
  'masks-required':
    'The zone has privacy masks, which cannot be burnt into this picture. Allow transcoding, or draw the masks again.',
  'zone-occupied': 'Another camera films this zone.',
  forbidden: 'The gateway’s key does not allow this zone.',
  'no-way':
    'Its pictures find no way to the server. Let the gateway out to the server’s media ports (UDP 20000 and following, or TCP), or to a TURN server.',
  'transcoder-failed': 'The transcoder has failed; it is started again by itself.',
  internal: 'The gateway has failed at this; its log says why.',
};

const states: Record<SiteCameraState, string> = {
  off: 'off',
  asleep: 'asleep: nobody watches',
  trying: 'connecting',
  live: 'live',
  failed: 'failed',
};

export const cameras = {
  about:
    'Cameras that are no browsers, and the gateways that fetch their pictures; kept up to date.',
  none: 'No gateway has come yet. Start one at the site, with a key of the role camera (docs/gateway.md); it appears here by itself.',
  unknownAt: (nodes: string) =>
    `Not known at the moment: ${nodes} does not answer. What is connected there is shown as it was last.`,
  connected: 'connected',
  gone: (last: string) => `not connected; here last ${last}`,
  version: (version: string) => `version ${version}`,
  from: (address: string) => `from ${address}`,
  at: (node: string) => `at node ${node}`,
  key: (name: string) => `key ${name}`,
  noKey: 'Its key was revoked: put a new one, of the same name, into the gateway’s file.',
  clock: (seconds: string, ahead: boolean) =>
    `Its clock is ${seconds} s ${ahead ? 'ahead' : 'behind'}: set it by a time server.`,
  forget: 'Forget',
  forgetQuestion: 'The cameras that are set for it here are removed with it.',
  forgotten: (name: string) => `The gateway ${name} is forgotten.`,
  add: 'Add a camera',
  addTo: (gateway: string) => `Add a camera to ${gateway}`,
  noCameras: 'It has no cameras yet.',
  tableOf: (gateway: string) => `Cameras of ${gateway}`,
  camera: 'Camera',
  zone: 'Zone',
  address: 'Address',
  state: 'State',
  picture: 'Picture',
  inFile: 'set in the gateway’s file',
  withheld: 'The gateway’s key does not allow this zone, so the gateway was not given this camera.',
  notTold: 'The gateway has said nothing of it yet.',
  keyFrames: {
    refused: 'It refuses to make a key frame when asked',
    hangs: 'It does not answer when asked for a key frame',
    ignored: 'It is asked for a key frame, and makes none',
    /** @param seconds between two; undefined where that is not known */
    whatToDo: (what: string, seconds: string | undefined) =>
      `${what}, so a picture that nobody watches takes ${seconds === undefined ? 'long' : `up to ${seconds} s`} to begin. Set its key-frame interval (also called I-frame interval, or GOP) to 1 s.`,
  },
  /** @param why a whole sentence */
  covered: (why: string) =>
    `Nobody knows whether it turns, so its whole picture is covered for the zone’s masks. By ONVIF: ${why} Set right what keeps it from answering; of a camera that cannot turn, take the ONVIF address away.`,
  narrow: 'The uplink is too narrow: it is sent smaller, or not at all.',
  states,
  troubles,
  seen: (text: string, detail: string) => `${text} (${detail})`,
  fingerprint: (digits: string) => `SHA-256 ${digits}`,
  stream: (size: string, codec: string, more: string[]) => [size, codec, ...more].join(' · '),
  frames: (rate: string) => `${rate}/s`,
  keyEvery: (seconds: string) => `key frame every ${seconds} s`,
  reorders: 'B-frames',
  transcoded: 'transcoded',
  restarts: (times: number) => `transcoder failed ${times === 1 ? 'once' : `${times} times`}`,
  audio: (codec: string) => `sound ${codec}`,
  noAudio: (why: string) => `Its sound is not sent: ${why}.`,
  sentOneIn: (count: number) => `the gateway’s machine is too busy: 1 picture in ${count} is sent`,
  edit: 'Edit',
  enable: 'Enable',
  disable: 'Disable',
  enabled: (name: string) => `${name} is enabled.`,
  disabled: (name: string) => `${name} is disabled.`,
  removeQuestion: 'Its zone is free then.',
  removed: (name: string) => `${name} is removed.`,
  form: {
    edit: (name: string) => `Camera ${name}`,
    name: 'Name',
    nameExample: 'north-gate',
    nameRule: 'small letters, digits and dashes',
    label: 'Label',
    labelHint: 'What operators see as its name.',
    url: 'Main stream',
    urlExample: 'rtsp://192.0.2.10/main',
    sub: 'Sub stream',
    subExample: 'rtsp://192.0.2.10/sub',
    subHint: 'A smaller stream of the same picture, for small tiles. Empty: none.',
    device: 'ONVIF device',
    deviceHint:
      'By it the camera is asked for key frames, tells what it notices, and is steered. Empty: none.',
    user: 'User',
    password: 'Password',
    kept: 'Kept as it is',
    keptHint: 'It is never shown. Empty: it stays as it is.',
    fingerprint: 'Its certificate',
    fingerprintExample: 'SHA-256, as AB:CD:…',
    fingerprintHint:
      'The fingerprint of the one certificate that is right. Empty: any that its authority has signed.',
    ca: 'Its authority',
    caExample: '-----BEGIN CERTIFICATE-----',
    caHint: 'PEM. Empty: the authorities that the gateway’s system knows.',
    unknownCertificate: 'This camera’s certificate is not known. Is this the one that it has?',
    otherCertificate:
      'This is not the certificate that was trusted. Was it renewed, or does somebody else answer?',
    trust: 'Trust this certificate',
    transport: 'Transport',
    tcp: 'TCP',
    udp: 'UDP',
    transcode: 'What browsers cannot show',
    auto: 'is transcoded',
    never: 'is refused',
    audio: 'Send the camera’s sound',
    audioLaw:
      'Off unless you switch it on: most laws do not allow to listen to people in public places. Ask whoever is responsible for privacy first.',
    submit: 'Save the camera',
    test: 'Test',
    testing: 'The gateway opens the camera: waiting for its first picture …',
    works: 'The camera works.',
    masked: 'The zone has privacy masks, so its bare picture is not shown here.',
    still: 'What the camera shows now',
    saved: (name: string) => `${name} is saved.`,
  },
};
