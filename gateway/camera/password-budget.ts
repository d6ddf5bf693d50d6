/**
 * Cameras lock an account after a few wrong passwords. So a password is tried three times at most, counted over all
 * streams of the camera and all their sessions, until one is accepted or somebody changes something.
 */
const mostRefusals = 3;

export class PasswordBudget {
  #refused = 0;
  /** Tries under way, each of which may be refused. */
  #pending = 0;

  get spent(): boolean {
    return this.#refused >= mostRefusals;
  }

  /** Whether one more try is certain to stay within the budget; it is under way then, until `outcome`. */
  begin(): boolean {
    if (this.#refused + this.#pending >= mostRefusals) return false;
    this.#pending += 1;
    return true;
  }

  outcome(of: 'accepted' | 'refused' | 'unknown'): void {
    this.#pending -= 1;
    if (of === 'accepted') this.#refused = 0;
    if (of === 'refused') this.#refused += 1;
  }
}
