/**
 * Sends 1080p of eight cameras from memory, in one of several ways, to compare what sending alone takes: started with the
 * way, where datagrams go, and the module that sends in batches. Told by its channel to go on and to rest.
 */
import { once } from 'node:events';
import {
  H264RtpPacketizer,
  PeerConnection,
  RtcpNackResponder,
  RtcpSrReporter,
  RtpPacketizationConfig,
  Video,
  type Track,
} from 'node-datachannel';
import { LayerStream, payloadTypes } from '../../../gateway/upload/layer-stream.ts';
import { Pacer } from '../../../gateway/upload/pacer.ts';
import { writeTransportNumber } from '../../../gateway/upload/rtp.ts';
import { TransportLog } from '../../../gateway/upload/transport-log.ts';
import { cameraClip, type ClipPicture } from '../../support/rtsp/clips.ts';

/** The ways to send; `nothing` only does what all do. */
export type Way = 'nothing' | 'packets' | 'pictures' | 'batches' | 'segments';
type Send = (picture: ClipPicture, timestamp: number) => void;
interface BatchedSender {
  open(port: number, most: number, inSegments: boolean): unknown;
  send(sender: unknown, picture: Buffer, timestamp: number): number;
}

const cameras = 8;
const mtu = 1152;
/** As `LayerStream` has it: header, what encryption adds, the number of what is sent again. */
const mostPayload = mtu - 20 - 16 - 2;
const frameRate = 25;
const [way = 'nothing', port = '', module = ''] = process.argv.slice(2) as [Way, string, string];

/** Else they are closed as soon as nobody knows them. */
const connections: PeerConnection[] = [];
const clip = await cameraClip('fullHd');
const ways: Record<Way, (index: number) => Promise<Send>> = {
  nothing: async () => () => {},
  packets,
  pictures,
  batches: async () => batched(false),
  segments: async () => batched(true),
};
const senders: Send[] = [];
for (let index = 0; index < cameras; index += 1) senders.push(await ways[way](index));

let isOn = false;
process.on('message', (message) => {
  if (message === 'on' || message === 'off') isOn = message === 'on';
});
process.on('disconnect', () => process.exit(0));
const begin = performance.now();
const play = (count: number): void => {
  const picture = clip.pictures[Math.floor(count / cameras) % clip.pictures.length];
  if (isOn && picture) senders[count % cameras]?.(picture, Math.floor(count / cameras) * 3600);
  const passed = ((performance.now() - begin) * frameRate * cameras) / 1000;
  const next = Math.max(count + 1, Math.floor(passed));
  const due = begin + (next * 1000) / frameRate / cameras;
  setTimeout(play, due - performance.now(), next);
};
play(0);
process.send?.({ ready: true });

/** As the gateway sends: it makes the packets, and each is one call. */
async function packets(): Promise<Send> {
  const track = await connect();
  const stream = new LayerStream(mtu);
  const pacer = new Pacer(1_000_000_000);
  const log = new TransportLog();
  return (picture, timestamp) => {
    const outgoing = stream.packetsOf({ ...picture, timestamp, cameAt: performance.now() });
    for (const one of outgoing) {
      pacer.mayGo(one.packet.length);
      writeTransportNumber(one.packet, log.sent(one.packet.length, performance.now()));
      if (track.sendMessageBinary(one.packet)) stream.wentOut(one, performance.now());
    }
  };
}

/** As libdatachannel can: a picture is one call, and its own parts make packets, repairs and reports. */
async function pictures(index: number): Promise<Send> {
  const config = new RtpPacketizationConfig(1000 + index, 'bench', payloadTypes.h264, 90_000);
  const packetizer = new H264RtpPacketizer('Length', config, mostPayload);
  packetizer.addToChain(new RtcpSrReporter(config));
  packetizer.addToChain(new RtcpNackResponder(512));
  const track = await connect((one) => one.setMediaHandler(packetizer));
  return (picture, timestamp) => {
    config.timestamp = timestamp;
    track.sendMessageBinary(withLengths(picture));
  };
}

function batched(inSegments: boolean): Send {
  const loaded = { exports: {} as BatchedSender };
  process.dlopen(loaded, module);
  const { open, send } = loaded.exports;
  const sender = open(Number(port), mostPayload, inSegments);
  return (picture, timestamp) => void send(sender, withLengths(picture), timestamp);
}

function withLengths({ units }: ClipPicture): Buffer {
  const whole = Buffer.allocUnsafe(units.reduce((sum, { length }) => sum + 4 + length, 0));
  let at = 0;
  for (const unit of units) {
    at = whole.writeUInt32BE(unit.length, at);
    at += unit.copy(whole, at);
  }
  return whole;
}

/** A connection to whoever has started this process. */
async function connect(prepare: (track: Track) => void = () => {}): Promise<Track> {
  const connection = new PeerConnection('sender', {
    ...{ iceServers: [], bindAddress: '127.0.0.1', disableAutoNegotiation: true },
    forceMediaTransport: true,
  });
  connections.push(connection);
  const media = new Video('0', 'SendOnly');
  media.addH264Codec(payloadTypes.h264);
  const track = connection.addTrack(media);
  prepare(track);
  const open = new Promise<void>((resolve) => track.onOpen(() => resolve()));
  connection.setLocalDescription('offer');
  // Without candidates: libdatachannel gives up where the other end looks for a way before its answer is there.
  const offer = connection
    .localDescription()
    ?.sdp.replaceAll(/^a=(candidate|end-of-).*\r?\n/gm, '');
  process.send?.({ offer });
  for (;;) {
    const [message] = (await once(process, 'message')) as [{ answer?: string }];
    if (message.answer === undefined) continue;
    connection.setRemoteDescription(message.answer, 'answer');
    break;
  }
  await open;
  return track;
}
