/** What a database is opened for. */
export interface DatabaseUse {
  /** By a second program beside the server: it changes nothing, not even the form. */
  readonly readOnly: boolean;
  /** Waits for as long as it takes, as a migration of a large database does. */
  readonly patient: boolean;
}
