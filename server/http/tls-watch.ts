/** Takes renewed certificates into use while the server runs, renews its own, and warns of those that expire. */
import { createPrivateKey } from 'node:crypto';
import { unwatchFile, watchFile } from 'node:fs';
import type { Server } from 'node:https';
import type { Logger } from 'pino';
import type { Settings } from '../config.ts';
import type { Trouble } from '../health.ts';
import { isWornOut, validityOf, type Validity } from './certificate.ts';
import { loadTls, tlsPaths, tlsRules, type TlsFiles } from './tls.ts';

const tellAgain = 86_400_000; // ms
/** Looks in a row that have to agree before a certificate is made again: a clock may jump, and back. */
const looksNeeded = 3;

export interface TlsWatch {
  /** What is in use. */
  readonly files: TlsFiles;
  /** What is wrong with its validity. */
  readonly trouble: Trouble | undefined;
  stop(): void;
}

/**
 * Looks at the files by their time and size, which also follows the symbolic links that ACME clients
 * move, and at the validity of what is in use. Connections that are open keep the certificate they began with.
 */
export function watchTls(
  server: Server,
  first: TlsFiles,
  settings: Settings['tls'],
  log: Logger,
): TlsWatch {
  const paths = Object.values(tlsPaths(settings));
  let files = first;
  let worn = 0;
  const told = new Map<Validity, number>(); // ms, monotonic clock

  const take = async (): Promise<void> => {
    try {
      const fresh = await loadTls(settings);
      if (fresh.cert === files.cert && fresh.key === files.key) return;
      if (!fresh.certificate.checkPrivateKey(createPrivateKey(fresh.key))) {
        log.warn('the certificate and its key do not match; the former pair stays in use');
        return; // One of the two was written first; the other's change is noticed as well.
      }
      server.setSecureContext({ cert: fresh.cert, key: fresh.key, ...tlsRules });
      files = fresh;
      told.clear();
      log.info({ validUntil: fresh.validUntil.toISOString() }, 'certificate renewed');
      tell();
    } catch (error) {
      log.warn({ err: error }, 'the new certificate cannot be used; the former one stays in use');
    }
  };
  const tell = (): void => {
    const validity = validityOf(files.certificate);
    if (validity === 'good' || files.own) return;
    const now = performance.now();
    if (now - (told.get(validity) ?? -Infinity) < tellAgain) return;
    told.set(validity, now);
    const { validFrom, validTo } = files.certificate;
    log[validity === 'ends soon' ? 'warn' : 'error'](
      { file: paths[0], validFrom, validTo },
      `the certificate ${validity}`,
    );
  };
  const look = async (): Promise<void> => {
    tell();
    worn = files.own && isWornOut(files.certificate) ? worn + 1 : 0;
    if (worn < looksNeeded) return;
    worn = 0;
    await take();
  };
  tell();
  const changed = (): void => void take();
  for (const file of paths) watchFile(file, { interval: settings.check_interval }, changed).unref();
  const looking = setInterval(() => void look(), settings.check_interval).unref();
  return {
    get files() {
      return files;
    },
    get trouble() {
      const validity = validityOf(files.certificate);
      if (validity === 'good' || (files.own && validity === 'ends soon')) return undefined;
      const { validFrom, validTo } = files.certificate;
      const reason = `The certificate ${validity}: it is valid from ${validFrom} to ${validTo}.`;
      return { reason, stopsJoins: false };
    },
    stop() {
      clearInterval(looking);
      for (const file of paths) unwatchFile(file, changed);
    },
  };
}
