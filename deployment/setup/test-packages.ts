/** Debian packages that tests run for real. Where they cannot be had, the tests that need them skip. */
import { ensureDebianPackages } from './debian.ts';
import { SetupError } from './progress.ts';
import { gcmPackages } from './worker.ts';

/**
 * nginx: reverse proxy; postgresql: the store; prometheus: promtool; socat, strace, systemd, util-linux:
 * the unit; coturn: TURN; iproute2, nftables: networks of the test's own; what follows them: parts of the media
 * worker.
 */
const usual = [
  ...['nginx', 'postgresql', 'prometheus', 'socat', 'strace', 'systemd', 'util-linux'],
  ...['coturn', 'iproute2', 'nftables'],
  ...['g++', 'libuv1-dev', 'pkg-config', 'libsrtp2-dev', 'libssl-dev', ...gcmPackages],
];
/** debootstrap: the container's folder. */
const network = [...usual, 'debootstrap'];

export async function offerTestPackages(which: 'usual' | 'network'): Promise<void> {
  try {
    await ensureDebianPackages(which === 'usual' ? usual : network, 'Some tests', {
      startServices: false,
    });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.warn(`${error.message}\nWithout them the tests that need them are skipped.`);
  }
}
