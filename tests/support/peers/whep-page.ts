/** A page that plays a zone by WHEP with what Chromium itself has, and no library; it knows nothing of this server. */
import type { Browser, Page } from 'playwright-core';
import { newTab } from '../browser.ts';

interface Player {
  readonly peer: RTCPeerConnection;
  readonly location: string;
  answer: string;
}

export interface Seen {
  readonly width: number;
  readonly frames: number;
  readonly lost: number;
  /** Packets that came again, in a stream of their own. */
  readonly again: number;
  readonly freezes: number;
  /** Of what was decoded last, as in `video/VP8`. */
  readonly codec: string;
  /** Whether something else than one colour is seen. */
  readonly picture: boolean;
}

/** @param key of the role wall, where the server wants one */
export async function playInPage(
  browser: Browser,
  url: string,
  zone: string,
  key?: string,
): Promise<Page> {
  const page = await newTab(browser);
  await page.goto(url);
  await page.evaluate(
    async ({ zone, key }) => {
      const peer = new RTCPeerConnection();
      const video = Object.assign(document.createElement('video'), { muted: true, autoplay: true });
      document.body.replaceChildren(video);
      peer.ontrack = ({ track }) => (video.srcObject = new MediaStream([track]));
      peer.addTransceiver('video', { direction: 'recvonly' });
      await peer.setLocalDescription();
      const response = await fetch(`/whep/${zone}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/sdp',
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        },
        body: peer.localDescription?.sdp ?? '',
      });
      const answer = await response.text();
      if (response.status !== 201) throw new Error(`${response.status} ${answer}`);
      await peer.setRemoteDescription({ type: 'answer', sdp: answer });
      const player: Player = { peer, answer, location: response.headers.get('location') ?? '' };
      Object.assign(globalThis, { player });
    },
    { zone, key },
  );
  return page;
}

/** ICE anew, by a PATCH (RFC 9725 §4.3.2), as after a change of network. @returns the status */
export function restartIce(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { player } = globalThis as unknown as { player: Player };
    const { peer, location, answer } = player;
    peer.restartIce();
    await peer.setLocalDescription();
    const valueOf = (sdp: string, name: string): string =>
      new RegExp(`^a=${name}:(.*)$`, 'm').exec(sdp)?.[1]?.trim() ?? '';
    const names = ['ice-ufrag', 'ice-pwd'];
    const own = peer.localDescription?.sdp ?? '';
    const response = await fetch(location, {
      method: 'PATCH',
      headers: { 'content-type': 'application/trickle-ice-sdpfrag', 'if-match': '*' },
      body: names.map((name) => `a=${name}:${valueOf(own, name)}\r\n`).join(''),
    });
    const fragment = await response.text();
    player.answer = names.reduce(
      (sdp, name) =>
        sdp.replace(new RegExp(`^a=${name}:.*$`, 'gm'), `a=${name}:${valueOf(fragment, name)}`),
      answer,
    );
    await peer.setRemoteDescription({ type: 'answer', sdp: player.answer });
    return response.status;
  });
}

export function seenIn(page: Page): Promise<Seen> {
  return page.evaluate(async () => {
    const { player } = globalThis as unknown as { player: Player };
    const video = document.querySelector('video');
    const rows = [...(await player.peer.getStats()).values()] as Record<string, unknown>[];
    const sources = rows.filter(({ type }) => type === 'inbound-rtp');
    const last = (one: Record<string, unknown>): number => Number(one.lastPacketReceivedTimestamp);
    const row = sources.sort((a, b) => (last(b) || 0) - (last(a) || 0))[0] ?? {};
    const codec = rows.find(({ id }) => id === row.codecId)?.mimeType;
    const count = (name: string): number => (row[name] as number | undefined) ?? 0;
    const canvas = Object.assign(document.createElement('canvas'), { width: 16, height: 16 });
    const context = canvas.getContext('2d');
    if (video?.videoWidth) context?.drawImage(video, 0, 0, 16, 16);
    const colours = new Set(new Uint32Array(context?.getImageData(0, 0, 16, 16).data.buffer ?? []));
    return {
      width: video?.videoWidth ?? 0,
      frames: count('framesDecoded'),
      lost: count('packetsLost'),
      again: count('retransmittedPacketsReceived'),
      freezes: count('freezeCount'),
      codec: typeof codec === 'string' ? codec : '',
      picture: colours.size > 4,
    };
  });
}
