/** A page that films a zone by WHIP with what Chromium itself has, and no library; `restartIce` is for it, too. */
import type { Browser, Page } from 'playwright-core';
import { newTab } from '../browser.ts';

export interface Filming {
  /** Of the role camera, where the server wants one. */
  readonly key?: string;
  /** What of the offer the server is not to see: lines that match. */
  readonly without?: string;
}

export async function filmInPage(
  browser: Browser,
  url: string,
  zone: string,
  how: Filming = {},
): Promise<Page> {
  const page = await newTab(browser);
  await page.goto(url);
  await page.evaluate(
    async ({ zone, key, without }) => {
      const peer = new RTCPeerConnection();
      const stream = await navigator.mediaDevices.getUserMedia({
        video: { width: 640, height: 360, frameRate: 15 },
      });
      const [track] = stream.getVideoTracks();
      if (!track) throw new Error('there is no camera');
      peer.addTransceiver(track, { direction: 'sendonly', streams: [stream] });
      await peer.setLocalDescription();
      const whole = peer.localDescription?.sdp ?? '';
      const offer = without === undefined ? whole : whole.replaceAll(new RegExp(without, 'gm'), '');
      const response = await fetch(`/whip/${zone}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/sdp',
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        },
        body: offer,
      });
      const answer = await response.text();
      if (response.status !== 201) throw new Error(`${response.status} ${answer}`);
      await peer.setRemoteDescription({ type: 'answer', sdp: answer });
      const player = { peer, answer, location: response.headers.get('location') ?? '' };
      Object.assign(globalThis, { player });
    },
    { zone, ...how },
  );
  return page;
}
