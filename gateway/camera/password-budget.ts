/**
 * Cameras lock an account after a few wrong passwords. So a password is tried three times at most, counted over all that
 * signs in there with it (streams, ONVIF, stills) and all their sessions, until somebody changes something. What one of
 * them is allowed says nothing of another: an acceptance takes back the refusals of that one alone.
 */
const mostRefusals = 3;

/** What one that signs in takes of it. */
export interface PasswordShare {
  /** Nobody tries any more. */
  readonly spent: boolean;
  /** Whether one more try is certain to stay within the budget; it is under way then, until `outcome`. */
  begin(): boolean;
  outcome(of: 'accepted' | 'refused' | 'unknown'): void;
}

export class PasswordBudget {
  #refused = 0;
  /** Tries under way, each of which may be refused. */
  #pending = 0;

  share(): PasswordShare {
    let own = 0;
    const isSpent = (): boolean => this.#refused >= mostRefusals;
    return {
      get spent() {
        return isSpent();
      },
      begin: () => {
        if (this.#refused + this.#pending >= mostRefusals) return false;
        this.#pending += 1;
        return true;
      },
      outcome: (of) => {
        this.#pending -= 1;
        if (of === 'refused') {
          own += 1;
          this.#refused += 1;
        } else if (of === 'accepted') {
          this.#refused -= own;
          own = 0;
        }
      },
    };
  }
}
