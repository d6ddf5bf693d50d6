/** Debian packages that tests run for real. Where they cannot be had, the tests that need them skip. */
import { ensureDebianPackages } from './debian.ts';
import { SetupError } from './progress.ts';
import { buildPackages, gcmPackages } from './worker-build.ts';

/**
 * nginx: reverse proxy; postgresql: the store; prometheus: promtool; socat, strace, systemd, util-linux:
 * the unit; coturn: TURN; iproute2, nftables: networks of the test's own.
 */
const usual = [
  ...['nginx', 'postgresql', 'prometheus', 'socat', 'strace', 'systemd', 'util-linux'],
  ...['coturn', 'iproute2', 'nftables'],
];
/** Compilers and libraries for the worker's parts by themselves; clang: the fuzzers. */
const worker = [
  ...['coturn', 'g++', 'pkg-config', 'libuv1-dev', 'libssl-dev', ...gcmPackages],
  ...['clang-14', 'libclang-rt-14-dev'],
];
const packages = {
  usual,
  /** debootstrap: the container's folder. */
  network: [...usual, 'debootstrap'],
  /** redis-server: the directory of zones; haproxy: a load balancer, as nginx. */
  cluster: [...usual, 'redis-server', 'haproxy'],
  /** Cameras that speak RTSP, as programs that others wrote; ffmpeg makes their pictures. */
  gateway: [
    ...[...usual, 'ffmpeg', 'gir1.2-gst-rtsp-server-1.0', 'python3-gi', 'glib-networking'],
    ...['gstreamer1.0-plugins-good', 'gstreamer1.0-plugins-bad', 'gstreamer1.0-plugins-ugly'],
  ],
  /** Clients of WHIP and WHEP that others wrote, and what they encode with. */
  encoders: [
    ...[...usual, 'simple-whip-client', 'python3-aiortc', 'python3-gi'],
    ...['gir1.2-gst-plugins-bad-1.0', 'gstreamer1.0-nice', 'gstreamer1.0-plugins-good'],
    ...['gstreamer1.0-plugins-bad', 'gstreamer1.0-plugins-ugly'],
  ],
  worker,
  /** mediasoup's own tests, and what builds the worker. */
  upstream: [...worker, 'catch2', ...buildPackages],
};
export type TestPackages = keyof typeof packages;

export async function offerTestPackages(which: TestPackages): Promise<void> {
  try {
    await ensureDebianPackages(packages[which], 'Some tests', { startServices: false });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.warn(`${error.message}\nWithout them the tests that need them are skipped.`);
  }
}
