/** Takes renewed certificates into use while the server runs. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { unwatchFile, watchFile } from 'node:fs';
import type { Server } from 'node:https';
import type { Logger } from 'pino';
import type { Settings } from '../config.ts';
import { loadTls, tlsPaths, type TlsFiles } from './tls.ts';

/**
 * Looks at the files by their time and size, which also follows the symbolic links that ACME clients
 * move. Connections that are open keep the certificate they began with.
 * @param onRenewed told after a new certificate is in use
 * @returns ends the watch
 */
export function watchTls(
  server: Server,
  settings: Settings['tls'],
  log: Logger,
  onRenewed: (files: TlsFiles) => void,
): () => void {
  const paths = Object.values(tlsPaths(settings));
  const look = async (): Promise<void> => {
    try {
      const files = await loadTls(settings);
      if (!new X509Certificate(files.cert).checkPrivateKey(createPrivateKey(files.key))) {
        log.warn('the certificate and its key do not match; the former pair stays in use');
        return; // One of the two was written first; the other's change is noticed as well.
      }
      server.setSecureContext({ cert: files.cert, key: files.key, minVersion: 'TLSv1.2' });
      onRenewed(files);
      log.info({ validUntil: files.validUntil.toISOString() }, 'certificate renewed');
    } catch (error) {
      log.warn({ err: error }, 'the new certificate cannot be used; the former one stays in use');
    }
  };
  const changed = (): void => void look();
  for (const file of paths) watchFile(file, { interval: settings.check_interval }, changed).unref();
  return () => {
    for (const file of paths) unwatchFile(file, changed);
  };
}
