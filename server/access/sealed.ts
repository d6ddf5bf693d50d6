/** Encrypts secrets of others that the store keeps, by a secret that is in the settings and not in the store. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const cipher = 'aes-256-gcm';
const nonceLength = 12;
const tagLength = 16;

export class Seal {
  readonly #key: Uint8Array;

  /** @param secret of the settings @param purpose of the derived key: what is sealed for one cannot be opened for another */
  constructor(secret: string, purpose: string) {
    this.#key = new Uint8Array(hkdfSync('sha256', secret, '', purpose, 32));
  }

  close(text: string): string {
    const nonce = randomBytes(nonceLength);
    const sealing = createCipheriv(cipher, this.#key, nonce);
    const sealed = Buffer.concat([sealing.update(text, 'utf8'), sealing.final()]);
    return Buffer.concat([nonce, sealing.getAuthTag(), sealed]).toString('base64url');
  }

  /** @returns undefined when it was sealed with another secret, or was changed */
  open(sealed: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    try {
      const opening = createDecipheriv(cipher, this.#key, bytes.subarray(0, nonceLength));
      opening.setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength));
      const text = opening.update(bytes.subarray(nonceLength + tagLength));
      return Buffer.concat([text, opening.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }
}
