/**
 * One line for each change of a camera's state, and none for each try. A camera that comes and goes is told of once:
 * that it is well again is said when it has stayed so for a while.
 */
import type { Logger } from 'pino';
import type { SiteCameraState, Trouble } from '../../server/contract/gateway.ts';

/** ms */
const staysWell = 10_000;

export class StateLog {
  readonly #log: Logger;
  #told = '';
  /** The trouble that was told and not taken back. */
  #troubled: string | undefined;
  #well: NodeJS.Timeout | undefined;

  /** @param log names the camera on each line */
  constructor(log: Logger) {
    this.#log = log;
  }

  tell(state: SiteCameraState, trouble: Trouble | undefined): void {
    clearTimeout(this.#well);
    if (trouble) {
      const now = `${trouble.code} ${state === 'failed'}`;
      if (now === this.#troubled) return;
      this.#troubled = now;
      this.#told = state;
      const { code, detail } = trouble;
      this.#log.warn({ state, trouble: code, detail }, 'a camera has trouble');
      return;
    }
    if (this.#troubled === undefined) return this.#say(state);
    // It is tried after some trouble, and that is still what there is to say.
    if (state !== 'live' && state !== 'off') return;
    this.#well = setTimeout(() => {
      this.#troubled = undefined;
      this.#say(state);
    }, staysWell);
  }

  close(): void {
    clearTimeout(this.#well);
  }

  #say(state: SiteCameraState): void {
    if (state === this.#told) return;
    this.#told = state;
    this.#log.info({ state }, 'a camera has changed');
  }
}
