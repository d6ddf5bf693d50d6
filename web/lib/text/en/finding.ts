/** Finding cameras, and what they say of themselves, in the administration. */
import type { OnvifTrouble } from '../../../../server/contract/onvif.ts';

const troubles: Record<OnvifTrouble['code'], string> = {
  unreachable: 'Nothing answers there, or not in time. Check the address, the cable and the power.',
  'not-onvif':
    'What answers there does not speak ONVIF. Check the address, and switch ONVIF on in the camera’s own settings.',
  'wrong-password':
    'The camera refuses the user or the password. Many cameras keep users of their own for ONVIF.',
  forbidden: 'This user may not do that at the camera. Give it more rights there.',
  'not-supported': 'The camera cannot do that.',
  refused: 'The camera refuses that.',
  'wrong-network':
    'The gateway may not reach this network. Name it under “networks” in the gateway’s file.',
  certificate:
    'The camera’s certificate is not trusted. Use http://, or set the camera up by hand.',
  internal: 'The gateway has failed at this; its log says why.',
};

export const finding = {
  find: (gateway: string) => `Find cameras of ${gateway}`,
  title: (gateway: string) => `Cameras that ${gateway} finds`,
  list: 'Found cameras',
  waiting: 'The gateway asks its networks: waiting 3 s for answers …',
  found: (count: number, from: string) =>
    from === ''
      ? 'This gateway is in none of the networks that its file names, so it cannot look around. Give the camera’s address.'
      : count === 0
        ? `No camera has answered, asked from ${from}. Switch ONVIF and its discovery on in the cameras, or give an address.`
        : `${count === 1 ? 'One camera has' : `${count} cameras have`} answered, asked from ${from}.`,
  nameless: 'A camera',
  already: (name: string) => `already set as ${name}`,
  other: (host: string) => `It names ${host} as its own address, which is not used.`,
  setUp: 'Set up',
  setUpOne: (name: string, address: string) => `Set up ${name} at ${address}`,
  again: 'Look again',
  byHand: 'Give an address',
  questions: (name: string) => (name === '' ? 'A camera at an address' : `Set up ${name}`),
  device: 'Device',
  deviceExample: 'http://192.0.2.10/onvif/device_service',
  ask: 'Ask the camera',
  askAgain: 'Ask again',
  asking: 'The gateway asks the camera: waiting for its answer …',
  answered: 'The camera has answered: choose its streams.',
  noStreams: 'The camera has answered, and offers no stream of its own.',
  profiles: 'What the camera offers',
  profileName: (name: string, token: string) => `${name} (${token})`,
  profile: (name: string, token: string, facts: string) => `${name} (${token}): ${facts}`,
  main: 'Main stream from',
  sub: 'Sub stream from',
  none: 'none',
  frames: (rate: string) => `${rate}/s`,
  rate: (mbit: string) => `${mbit} Mbit/s`,
  keyEvery: (seconds: string) => `key frame every ${seconds} s`,
  setInterval: 'Set to 1 s',
  setIntervalOf: (name: string, token: string) => `Set to 1 s: key frames of ${name} (${token})`,
  setBaseline: 'Set to no B-frames',
  setBaselineOf: (name: string, token: string) =>
    `Set to no B-frames (Baseline): ${name} (${token})`,
  encoderSet: 'The camera has taken it.',
  clock: {
    days: (count: string) => `${count} days`,
    hours: (count: string) => `${count} hours`,
    minutes: (count: string) => `${count} minutes`,
    seconds: (count: string) => `${count} s`,
    words: (duration: string, ahead: boolean) =>
      `The camera’s clock is ${duration} ${ahead ? 'ahead' : 'behind'}: set it by a time server.`,
  },
  use: 'Use these streams',
  back: 'Back',
  seen: (words: string, detail: string | undefined) => (detail ? `${words} (${detail})` : words),
  troubles,
};
