/** What is said of a zone wherever it stands: in lists, on tiles, over pictures. */
export const zones = {
  /** Its camera has been there before, and is missed. */
  lost: (since: string, length: string) => `Lost since ${since} (${length})`,
  days: (count: number) => `${count} d`,
};
