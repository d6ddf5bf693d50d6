/** Encrypts what others keep for this server, or it keeps for others, by a secret that is kept elsewhere. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const cipher = 'aes-256-gcm';
const nonceLength = 12;
const tagLength = 16;

export class Seal {
  readonly #key: Uint8Array;

  /** @param secret that is not kept with what is sealed @param purpose of the derived key: what is sealed for one cannot be opened for another */
  constructor(secret: string, purpose: string) {
    this.#key = new Uint8Array(hkdfSync('sha256', secret, '', purpose, 32));
  }

  close(content: string | Uint8Array): string {
    const nonce = randomBytes(nonceLength);
    const sealing = createCipheriv(cipher, this.#key, nonce);
    const sealed = Buffer.concat([sealing.update(content), sealing.final()]);
    return Buffer.concat([nonce, sealing.getAuthTag(), sealed]).toString('base64url');
  }

  /** @returns undefined when it was sealed with another secret, or was changed */
  open(sealed: string): string | undefined {
    return this.openBytes(sealed)?.toString('utf8');
  }

  /** The same, for what is no text. */
  openBytes(sealed: string): Buffer | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    try {
      const opening = createDecipheriv(cipher, this.#key, bytes.subarray(0, nonceLength), {
        authTagLength: tagLength, // Else a short one would do.
      });
      opening.setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength));
      const content = opening.update(bytes.subarray(nonceLength + tagLength));
      return Buffer.concat([content, opening.final()]);
    } catch {
      return undefined;
    }
  }
}
