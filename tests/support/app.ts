/** An authenticator app, whose clock can be ahead. */
import { Secret, TOTP } from 'otpauth';
import { password, type Visitor } from './visitor.ts';

export const stepLength = 30_000; // ms

export class App {
  readonly #totp: TOTP;

  constructor(secret: string) {
    this.#totp = new TOTP({ secret: Secret.fromBase32(secret) });
  }

  /** @param ahead steps of 30 s; the server takes a clock that is one off */
  code(ahead = 0): string {
    return this.#totp.generate({ timestamp: Date.now() + ahead * stepLength });
  }

  /** A code that is not good now. */
  wrong(): string {
    const good = [-1, 0, 1, 2].map((ahead) => this.code(ahead));
    return (
      ['000000', '111111', '222222', '333333', '444444'].find((one) => !good.includes(one)) ?? ''
    );
  }
}

/** Waits until a whole step is ahead, so that codes do not change in the middle of a test. */
export async function earlyInStep(needed = 10_000): Promise<void> {
  const left = stepLength - (Date.now() % stepLength);
  if (left < needed) await new Promise((resolve) => setTimeout(resolve, left + 50));
}

/** Switches a second factor on; its code of the step before is used up by it. */
export async function addApp(visitor: Visitor, secret = password): Promise<App> {
  const proof = { password: secret };
  const offer = await visitor.request<{ secret: string }>('POST', '/api/me/two-factor', proof);
  const app = new App(offer.secret);
  await visitor.request('POST', '/api/me/two-factor/confirm', { code: app.code(-1) });
  return app;
}
