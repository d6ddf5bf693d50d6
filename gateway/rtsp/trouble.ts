/** What keeps a camera's pictures from coming, said once where it is seen. */
import type { Trouble, TroubleCode } from '../../server/contract/gateway.ts';

const longestDetail = 300;

export class SourceTrouble extends Error {
  readonly code: TroubleCode;
  readonly fingerprint: string | undefined;

  /**
   * @param detail what was seen, in the camera's or the system's words; no secret
   * @param fingerprint of a certificate that is not trusted
   */
  constructor(code: TroubleCode, detail: string, fingerprint?: string) {
    super(detail);
    this.code = code;
    this.fingerprint = fingerprint;
  }
}

/** @param secrets texts that are not to be repeated, should a camera say them */
export function troubleOf(error: unknown, secrets: readonly string[] = []): Trouble {
  const trouble =
    error instanceof SourceTrouble
      ? error
      : new SourceTrouble('not-rtsp', `it could not be understood: ${String(error)}`);
  const { code, fingerprint } = trouble;
  return {
    ...{ code, detail: presentable(trouble.message, secrets) },
    ...(fingerprint !== undefined && { fingerprint }),
  };
}

/** On one line, not too long, without control characters and secrets. */
function presentable(text: string, secrets: readonly string[]): string {
  let told = text;
  for (const secret of secrets) if (secret !== '') told = told.replaceAll(secret, '…');
  return told.replaceAll(/[\u0000-\u001f\u007f-\u009f\ufffd]+/g, ' ').slice(0, longestDetail);
}
