/** What is measured of a connection, and how each figure is written. */
export const figures = {
  title: 'Live figures',
  zone: 'Zone',
  path: 'ICE Path',
  encryption: 'Encryption',
  roundTrip: 'RTT',
  bitRate: 'Bitrate',
  loss: 'Packet loss',
  latency: 'Latency',
  resolution: 'Resolution',
  frameRate: 'Frame rate',
  jitter: 'Jitter',
  /** The layer of a track that has but one stream. */
  onlyLayer: 'video',
  course: (figure: string) => `${figure}, last 60 seconds`,
  /** In place of a figure that is not known. */
  unknown: '—',
  megabits: (rate: string) => `${rate} Mbit/s`,
  kilobits: (rate: string) => `${rate} kbit/s`,
  perSecond: (count: string) => `${count} /s`,
  percent: (share: string) => `${share} %`,
  milliseconds: (time: string) => `${time} ms`,
  seconds: (time: string) => `${time} s`,
  minutes: (time: string) => `${time} min`,
  hours: (time: string) => `${time} h`,
  age: (parts: string) => `Age of the picture when it is shown: ${parts}`,
  ageUnknown:
    'Age of the picture when it is shown; known while camera and viewer both measure their part',
  /** Of a picture's age, in the order of the way. */
  parts: {
    encode: 'encoding',
    pacing: 'pacing',
    up: 'network to the server',
    server: 'server',
    down: 'network from the server',
    jitterBuffer: 'jitter buffer',
    decode: 'decoding',
    display: 'waiting for the screen',
  },
  part: (name: string, time: string) => `${name} ${time} ms`,
};
