/** Devices that are unplugged and plugged in again, as a page sees that. */
import type { Page } from 'playwright-core';

type Kind = 'audio' | 'video';

/** To be called before the page is loaded. @param absent what is not plugged in at first */
export async function makePluggable(page: Page, absent: Kind[] = []): Promise<void> {
  await page.addInitScript((absent) => {
    const gone = new Set<string>(absent);
    const given: MediaStreamTrack[] = [];
    const { mediaDevices } = navigator;
    const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
    const enumerateDevices = mediaDevices.enumerateDevices.bind(mediaDevices);
    mediaDevices.getUserMedia = async (constraints = {}) => {
      const missing = [...gone].some((kind) => kind in constraints);
      if (missing) throw new DOMException('Requested device not found', 'NotFoundError');
      const stream = await getUserMedia(constraints);
      given.push(...stream.getTracks());
      return stream;
    };
    mediaDevices.enumerateDevices = async () =>
      (await enumerateDevices()).filter(({ kind }) => !gone.has(kind.replace('input', '')));
    Object.assign(globalThis, {
      unplug(kind: string) {
        gone.add(kind);
        for (const track of given.filter((one) => one.kind === kind && one.readyState === 'live')) {
          track.stop();
          track.dispatchEvent(new Event('ended'));
        }
        mediaDevices.dispatchEvent(new Event('devicechange'));
      },
      plugIn(kind: string, told: boolean) {
        gone.delete(kind);
        if (told) mediaDevices.dispatchEvent(new Event('devicechange'));
      },
    });
  }, absent);
}

interface Pluggable {
  unplug(kind: Kind): void;
  plugIn(kind: Kind, told: boolean): void;
}

export async function unplug(page: Page, kind: Kind): Promise<void> {
  await page.evaluate((one) => (globalThis as unknown as Pluggable).unplug(one), kind);
}

/** @param told whether the browser tells the page of it */
export async function plugIn(page: Page, kind: Kind, told = true): Promise<void> {
  await page.evaluate(([one, tell]) => (globalThis as unknown as Pluggable).plugIn(one, tell), [
    kind,
    told,
  ] as const);
}
