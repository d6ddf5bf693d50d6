/** Runs in Chromium: clients of WHIP and WHEP from npm, as a page of somebody else's uses them. */
import { WHIPClient as EyevinnClient } from '@eyevinn/whip-web-client';
import { WHEPClient } from 'whip-whep/whep.js';
import { WHIPClient } from 'whip-whep/whip.js';

/** Those of `programs.ts`, which is no part of a page. */
interface Door {
  readonly url: string;
  readonly key: string;
}

let peer: RTCPeerConnection;
let leave: () => Promise<void>;

const factory = (configuration?: RTCConfiguration): RTCPeerConnection => {
  // Its own choice is a STUN server of the internet.
  peer = new RTCPeerConnection({ ...configuration, iceServers: [] });
  return peer;
};

async function film(width: number, height: number): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({ video: { width, height, frameRate: 25 } });
}

/** This codec first, and so the one that is sent or taken. */
function prefer(transceiver: RTCRtpTransceiver | undefined, codec: string): void {
  const known = RTCRtpReceiver.getCapabilities('video')?.codecs ?? [];
  const isOne = ({ mimeType }: RTCRtpCodec): boolean => mimeType === `video/${codec}`;
  transceiver?.setCodecPreferences([
    ...known.filter(isOne),
    ...known.filter((other) => /rtx$/.test(other.mimeType)),
  ]);
}

const clients = {
  /** @eyevinn/whip-web-client */
  async eyevinn({ url, key }: Door, codec: string): Promise<void> {
    const client = new EyevinnClient({
      endpoint: url,
      opts: { authkey: key },
      peerConnectionFactory: factory,
    });
    const addTrack = peer.addTrack.bind(peer);
    peer.addTrack = (track, ...streams) => {
      const sender = addTrack(track, ...streams);
      prefer(peer.getTransceivers().at(-1), codec);
      return sender;
    };
    leave = () => client.destroy();
    await client.ingest(await film(640, 360));
  },

  /** whip-whep, with one layer for each name. */
  async publish({ url, key }: Door, codec: string, rids: string[]): Promise<void> {
    peer = new RTCPeerConnection();
    const stream = await film(1280, 720);
    const [track] = stream.getVideoTracks();
    if (!track) throw new Error('there is no camera');
    const transceiver = peer.addTransceiver(track, {
      direction: 'sendonly',
      streams: [stream],
      sendEncodings: rids.map((rid, at) => ({
        rid,
        scaleResolutionDownBy: 2 ** (rids.length - 1 - at),
      })),
    });
    prefer(transceiver, codec);
    const client = new WHIPClient();
    leave = () => client.stop();
    await client.publish(peer, url, key);
  },

  async play({ url, key }: Door, codec: string): Promise<void> {
    peer = new RTCPeerConnection();
    const video = document.querySelector('video');
    peer.ontrack = ({ track }) => {
      if (video) video.srcObject = new MediaStream([track]);
    };
    prefer(peer.addTransceiver('video', { direction: 'recvonly' }), codec);
    const client = new WHEPClient();
    leave = () => client.stop();
    await client.view(peer, url, key);
  },

  leave: () => leave(),
};
export type PageClients = typeof clients;
Object.assign(globalThis, { clients });
