/**
 * Name and password for a camera's services: WS-Security by the camera's own clock, or HTTP Digest where it asks for
 * that. While it is not known whether they are right, they are tried one at a time, within the camera's budget.
 */
import type { PasswordShare } from '../camera/password-budget.ts';
import { Authentication, parseChallenges, type Login } from '../rtsp/authentication.ts';
import { usernameToken } from './soap.ts';
import { OnvifTrouble, onvifTroubleOf } from './trouble.ts';

/** While other tries are under way, ms. */
const again = 100;

export class SignIn {
  readonly #login: Login | undefined;
  readonly #budget: PasswordShare;
  #http: Authentication | undefined;
  #isProven = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(login: Login | undefined, budget: PasswordShare) {
    this.#login = login;
    this.#budget = budget;
  }

  /** The header of SOAP; empty where HTTP signs in, or nobody does. @param time of the camera, ms */
  token(time: number): string {
    return this.#login && !this.#http ? usernameToken(this.#login, time) : '';
  }

  /** The value of `Authorization`. */
  authorization(method: string, path: string): string | undefined {
    return this.#http?.header(method, path);
  }

  /**
   * A request was refused by HTTP.
   * @param tries of this request with a name and password by HTTP
   * @throws OnvifTrouble where another try promises nothing
   */
  challenged(challenges: readonly string[], tries: number): void {
    const asks = challenges.flatMap(parseChallenges).some(({ scheme }) => scheme === 'digest');
    if (!asks) throw new OnvifTrouble('wrong-password', 'name or password are refused');
    this.#http ??= new Authentication(this.#login, false);
    try {
      this.#http.refused(challenges, tries);
    } catch (error) {
      // The next request asks anew, so that an old nonce costs no try.
      this.#http = new Authentication(this.#login, false);
      throw onvifTroubleOf(error);
    }
  }

  /**
   * Runs what signs in.
   * @throws OnvifTrouble `wrong-password` without trying where it was refused too often already
   */
  async try<T>(work: () => Promise<T>, until: number): Promise<T> {
    if (!this.#login || this.#isProven) return this.#judged(work, () => this.#refusedLater());
    const turn = this.#last.then(() => this.#tryFirst(work, until));
    this.#last = turn.catch(() => {}); // Whoever asked hears of it.
    return turn;
  }

  async #tryFirst<T>(work: () => Promise<T>, until: number): Promise<T> {
    if (this.#isProven) return this.#judged(work, () => this.#refusedLater());
    while (!this.#budget.begin()) {
      if (this.#budget.spent) {
        throw new OnvifTrouble('wrong-password', 'it is not tried again before it is changed');
      }
      if (performance.now() > until) throw new OnvifTrouble('unreachable', 'others sign in there');
      await new Promise((resolve) => setTimeout(resolve, again));
    }
    let outcome: 'accepted' | 'refused' | 'unknown' = 'unknown';
    try {
      const answer = await work();
      outcome = 'accepted';
      return answer;
    } catch (error) {
      const { code } = onvifTroubleOf(error);
      if (code === 'wrong-password') outcome = 'refused';
      throw error;
    } finally {
      this.#budget.outcome(outcome);
      this.#isProven = outcome === 'accepted';
      if (this.#isProven) this.#http?.accepted();
    }
  }

  async #judged<T>(work: () => Promise<T>, refused: () => void): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const { code, message } = onvifTroubleOf(error);
      if (code !== 'wrong-password' || !this.#isProven) throw error;
      refused();
      throw new OnvifTrouble('forbidden', message);
    }
  }

  /** Its user may not do this; or the password was changed meanwhile. */
  #refusedLater(): void {
    this.#isProven = false;
    if (this.#budget.begin()) this.#budget.outcome('refused');
  }
}
