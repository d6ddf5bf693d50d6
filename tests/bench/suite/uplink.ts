/** Benchmark `uplink`: that one more viewer costs the camera nothing, beside peer to peer. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { newTab, pill } from '../../support/browser.ts';
import { drawStreet } from '../../support/peers/street.ts';
import { LightWatcher } from '../../support/peers/watcher.ts';
import { startServer } from '../../support/server.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import {
  launchMeasured,
  sentBytes,
  watchConnections,
  type MeasuredBrowser,
} from '../measure/browser.ts';
import { pause } from '../measure/cpu.ts';
import { PeerToPeer } from '../rivals/peer-to-peer.ts';

const zone = 'UPLINK-01';
const capture = { width: 640, height: 360, frameRate: 30 };
const maxBitrate = 622_000; // bit/s, what the console gives a layer of this size
/**
 * Until the bandwidth estimate lets the full bit rate through, and the rate control has made up for the beginning
 * or for the key frames of new viewers; ms.
 */
const settling = { first: 6000, sfu: 3000, peers: 3000 };

interface Point {
  readonly viewers: number;
  /** bit/s */
  readonly upload: number;
  /** % of a core */
  readonly cpu: number;
}

async function run(bench: Bench): Promise<void> {
  const counts = bench.full ? [1, 2, 4, 8, 16] : [1, 16];
  const seconds = bench.full ? 6 : 3;
  const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-uplink-'));
  const film = path.join(folder, 'street.y4m');
  drawStreet(film, capture.frameRate);
  const flags = [`--use-file-for-fake-video-capture=${film}`];
  try {
    const sfu = await throughServer(bench, counts, seconds, flags);
    const peers = await peerToPeer(bench, counts, seconds, flags);
    report(bench, sfu, peers, seconds);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function throughServer(
  bench: Bench,
  counts: number[],
  seconds: number,
  flags: string[],
): Promise<Point[]> {
  const [server, measured] = await Promise.all([startServer(), launchMeasured(flags)]);
  const watchers: LightWatcher[] = [];
  try {
    const camera = await newTab(measured.browser);
    await watchConnections(camera);
    await camera.goto(`${server.url}/?zone=${zone}&role=camera&start=1`);
    await camera
      .getByLabel('Capture resolution')
      .selectOption(`${capture.width}×${capture.height}`);
    await pill(camera, 'STREAMING|READY|CONNECTED');
    const points: Point[] = [];
    for (const viewers of counts) {
      bench.progress(`through the server, ${viewers} viewers`);
      while (watchers.length < viewers) {
        const watcher = new LightWatcher(server.url);
        watchers.push(watcher);
        await watcher.watch(zone);
        await watcher.connected();
      }
      await pause(viewers === counts[0] ? settling.first : settling.sfu);
      points.push(await measure(camera, measured, viewers, seconds));
    }
    return points;
  } finally {
    for (const watcher of watchers) watcher.close();
    await measured.browser.close();
    await server.stop();
  }
}

async function peerToPeer(
  bench: Bench,
  counts: number[],
  seconds: number,
  flags: string[],
): Promise<Point[]> {
  const [camera, viewer] = await Promise.all([launchMeasured(flags), launchMeasured()]);
  const { width, height, frameRate } = capture;
  const peers = await PeerToPeer.open(
    camera.browser,
    viewer.browser,
    { width: { exact: width }, height: { exact: height }, frameRate: { max: frameRate } },
    watchConnections,
  );
  try {
    const points: Point[] = [];
    let connected = 0;
    for (const viewers of counts) {
      bench.progress(`peer to peer, ${viewers} viewers`);
      for (; connected < viewers; connected += 1) await peers.connect(maxBitrate);
      await pause(settling.peers);
      points.push(await measure(peers.camera, camera, viewers, seconds));
    }
    return points;
  } finally {
    await peers.close();
    await Promise.all([camera.browser.close(), viewer.browser.close()]);
  }
}

async function measure(
  page: Page,
  measured: MeasuredBrowser,
  viewers: number,
  seconds: number,
): Promise<Point> {
  const before = { bytes: await sentBytes(page), cpu: measured.cpu(), at: performance.now() };
  await pause(seconds * 1000);
  const after = { bytes: await sentBytes(page), cpu: measured.cpu(), at: performance.now() };
  const time = after.at - before.at;
  return {
    viewers,
    upload: ((after.bytes - before.bytes) * 8 * 1000) / time,
    cpu: ((after.cpu - before.cpu) / time) * 100,
  };
}

function report(bench: Bench, sfu: Point[], peers: Point[], seconds: number): void {
  bench.condition('codec', 'VP8, 640×360 at 30/s; through the server as two layers of simulcast');
  bench.condition('viewers', 'through the server light watchers, peer to peer one Chromium');
  const how = `one run of ${seconds} s, outbound-rtp bytes of the camera's page`;
  for (const [way, points] of [
    ['through the server', sfu],
    ['peer to peer', peers],
  ] as const) {
    for (const { viewers, upload, cpu } of points) {
      bench.figure({
        what: `${way}, ${viewers} viewers: upload`,
        value: upload / 1e6,
        unit: 'Mbit/s',
        how,
      });
      bench.figure({
        what: `${way}, ${viewers} viewers: camera's browser`,
        value: cpu,
        unit: '% of a core',
        how: 'CPU time of all its processes in the same run',
      });
    }
  }
  const uploads = sfu.map(({ upload }) => upload);
  const mean = uploads.reduce((sum, value) => sum + value, 0) / uploads.length;
  bench.figure({
    what: 'upload through the server, farthest from its mean',
    value: Math.max(...uploads.map((value) => Math.abs(value / mean - 1))) * 100,
    unit: '%',
    how: `over ${sfu.map(({ viewers }) => viewers).join(', ')} viewers`,
    goal: { atMost: 3 },
  });
  const lines = (pick: (point: Point) => number) => [
    {
      name: 'through the server',
      points: sfu.map((point) => [point.viewers, pick(point)] as const),
    },
    { name: 'peer to peer', points: peers.map((point) => [point.viewers, pick(point)] as const) },
  ];
  bench.plot({
    title: "The camera's upload",
    x: 'viewers',
    y: 'Mbit/s',
    lines: lines(({ upload }) => upload / 1e6),
  });
  bench.plot({
    title: "CPU of the camera's browser",
    x: 'viewers',
    y: '% of a core',
    lines: lines(({ cpu }) => cpu),
  });
}

const uplink: Benchmark = {
  name: 'uplink',
  question: 'What does one more viewer cost the camera?',
  run,
};
export default uplink;
