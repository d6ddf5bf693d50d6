/** Real headless Chromium with its fake camera, and what a person would see in the console. */
import {
  chromium,
  type Browser,
  type BrowserContext,
  type Locator,
  type Page,
} from 'playwright-core';
import type { Role } from '../../web/lib/session/status.ts';

export const chromiumProgram = process.env.CHROMIUM_BIN ?? '/usr/bin/chromium';

export async function launchBrowser(
  extra: string[] = [],
  acceptCamera = true,
  executablePath = chromiumProgram,
): Promise<Browser> {
  return chromium.launch({ executablePath, args: chromiumArguments(extra, acceptCamera) });
}

/** A browser that keeps its profile in a folder, as that of a real camera or wall does. */
export async function keepingBrowser(
  profile: string,
  extra: string[] = [],
): Promise<BrowserContext> {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumProgram,
    args: chromiumArguments(extra),
    ignoreHTTPSErrors: true,
    viewport: { width: 1440, height: 900 },
  });
  await prepare(context);
  return context;
}

export function chromiumArguments(extra: string[] = [], acceptCamera = true): string[] {
  return [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // Half the frames/s of its own: encoding them is most of what a test costs, and two run at once.
    '--use-fake-device-for-media-stream=fps=10',
    // Real cameras are real hosts on the network; host names in place of addresses need mDNS.
    '--disable-features=WebRtcHideLocalIpsWithMdns',
    '--allow-loopback-in-peer-connection',
    ...(acceptCamera ? ['--use-fake-ui-for-media-stream'] : []),
    ...extra,
  ];
}

/** What tests ask of the pages of a context. */
export async function prepare(context: BrowserContext): Promise<void> {
  // The TypeScript loader marks functions with a call that pages do not have.
  await context.addInitScript('globalThis.__name = (target) => target');
  await context.addInitScript(rememberConnections);
}

/** Runs in the page before anything else: keeps its peer connections for `bytes` to ask. */
function rememberConnections(): void {
  const Native = RTCPeerConnection;
  const made: RTCPeerConnection[] = [];
  globalThis.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      made.push(this);
    }
  };
  Object.assign(globalThis, { peerConnections: made });
}

/** Bytes of media that the page has sent and received so far. */
export function mediaBytes(page: Page): Promise<{ sent: number; received: number }> {
  return page.evaluate(async () => {
    const { peerConnections } = globalThis as unknown as { peerConnections: RTCPeerConnection[] };
    const total = { sent: 0, received: 0 };
    for (const connection of peerConnections) {
      for (const row of (await connection.getStats()).values()) {
        if (row.type === 'outbound-rtp') total.sent += row.bytesSent as number;
        if (row.type === 'inbound-rtp') total.received += row.bytesReceived as number;
      }
    }
    return total;
  });
}

/** Whether the page sends and receives no media at all for so long, ms. */
export async function mediaRests(page: Page, time: number): Promise<boolean> {
  const before = await mediaBytes(page);
  await page.waitForTimeout(time);
  const after = await mediaBytes(page);
  return before.sent === after.sent && before.received === after.received;
}

/**
 * A tab of its own, as if of another person's browser.
 * @param deviceScaleFactor device pixels to a CSS pixel
 */
export async function newTab(browser: Browser, deviceScaleFactor = 1): Promise<Page> {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: 1440, height: 900 },
    deviceScaleFactor,
  });
  await prepare(context);
  return context.newPage();
}

/** For after each test: what a test that failed has left open would go on watching, and disturb the next one. */
export async function closeTabs(browser: Browser): Promise<void> {
  await Promise.all(browser.contexts().map((context) => context.close()));
}

/** A tab of its own in which a person is signed in already. */
export async function signedInTab(
  browser: Browser,
  url: string,
  person: { name: string; password: string },
): Promise<Page> {
  const page = await newTab(browser);
  await signIn(page, url, person);
  return page;
}

/** Without the page's own form, for all pages of its browser. */
export async function signIn(
  page: Pick<Page, 'request'>,
  url: string,
  person: { name: string; password: string },
): Promise<void> {
  const answer = await page.request.post(`${url}/api/sign-in`, {
    headers: { origin: url },
    data: person,
  });
  if (!answer.ok()) throw new Error(`${person.name} cannot sign in: ${await answer.text()}`);
}

/** Opens the console in a tab of its own, in a session of the given role. */
export async function openConsole(
  browser: Browser,
  url: string,
  { zone, role, query = '' }: { zone: string; role: Role; query?: string },
): Promise<Page> {
  const page = await newTab(browser);
  await page.goto(`${url}/?zone=${zone}&role=${role}&start=1${query}`);
  return page;
}

/** Waits until the pill says one of these. */
export async function pill(page: Page, status: string, timeout = 20_000): Promise<void> {
  await page
    .locator('[role="status"]')
    .filter({ hasText: new RegExp(`^(?:${status})$`) })
    .waitFor({ timeout });
}

/** Waits until the page is drawn as far as its picture: it loads before its program has run. */
export async function videoStands(page: Page, timeout = 20_000): Promise<void> {
  await page.locator('video').first().waitFor({ state: 'attached', timeout });
}

/** Whether a picture, or a list, is greyed. */
export function isGrey(shown: Locator): Promise<boolean> {
  return shown.evaluate((it) => getComputedStyle(it).filter.includes('grayscale'));
}

/** Waits until at least `count` new frames have been shown, and the picture is not one colour. */
export async function framesFlow(page: Page, count = 10, timeout = 20_000): Promise<void> {
  await videoStands(page, timeout);
  await page.evaluate(
    ({ count, timeout }) =>
      new Promise<void>((resolve, reject) => {
        const video = document.querySelector('video');
        if (!video) return reject(new Error('there is no video on the page'));
        const canvas = new OffscreenCanvas(64, 36);
        const context = canvas.getContext('2d', { willReadFrequently: true });
        let frames = 0;
        const timer = setTimeout(
          () => reject(new Error(`${frames} frames with a picture in ${timeout} ms`)),
          timeout,
        );
        const look = (): void => {
          context?.drawImage(video, 0, 0, 64, 36);
          const pixels = context?.getImageData(0, 0, 64, 36).data ?? [];
          const colours = new Set<number>();
          for (let i = 0; i < pixels.length; i += 4) {
            colours.add(
              ((pixels[i] ?? 0) << 16) | ((pixels[i + 1] ?? 0) << 8) | (pixels[i + 2] ?? 0),
            );
          }
          if (colours.size > 2) frames += 1;
          if (frames >= count) {
            clearTimeout(timer);
            resolve();
          } else video.requestVideoFrameCallback(look);
        };
        video.requestVideoFrameCallback(look);
      }),
    { count, timeout },
  );
}

/** The value of a figure by its label. */
export async function figure(page: Page, label: string): Promise<string> {
  const term = page.locator('dt', { hasText: new RegExp(`^${label}$`) });
  return (await term.locator('xpath=following-sibling::dd[1]').textContent()) ?? '';
}
