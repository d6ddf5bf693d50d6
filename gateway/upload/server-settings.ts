/** How the server is reached, and what shows that it is the right one. */
import type { Agent } from 'node:https';

export interface ServerSettings {
  readonly url: string;
  /** A key that may film. */
  readonly key?: string | undefined;
  /** Certificates of authorities that are trusted in place of the usual ones, PEM. */
  readonly ca?: string | undefined;
  /** Opens the connection, where trust takes more than that. */
  readonly agent?: Agent | undefined;
}
