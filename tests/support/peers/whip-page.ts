/** A page that films a zone by WHIP with what Chromium itself has, and no library; `restartIce` is for it, too. */
import type { Browser, Page } from 'playwright-core';
import { newTab } from '../browser.ts';

export async function filmInPage(browser: Browser, url: string, zone: string): Promise<Page> {
  const page = await newTab(browser);
  await page.goto(url);
  await page.evaluate(async (zone) => {
    const peer = new RTCPeerConnection();
    const stream = await navigator.mediaDevices.getUserMedia({
      video: { width: 640, height: 360, frameRate: 15 },
    });
    const [track] = stream.getVideoTracks();
    if (!track) throw new Error('there is no camera');
    peer.addTransceiver(track, { direction: 'sendonly', streams: [stream] });
    await peer.setLocalDescription();
    const response = await fetch(`/whip/${zone}`, {
      method: 'POST',
      headers: { 'content-type': 'application/sdp' },
      body: peer.localDescription?.sdp ?? '',
    });
    const answer = await response.text();
    if (response.status !== 201) throw new Error(`${response.status} ${answer}`);
    await peer.setRemoteDescription({ type: 'answer', sdp: answer });
    const player = { peer, answer, location: response.headers.get('location') ?? '' };
    Object.assign(globalThis, { player });
  }, zone);
  return page;
}
