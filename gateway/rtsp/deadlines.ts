/** How long a camera is waited for, ms; all of it. */
export const deadlines = {
  /** For its name to be resolved, and for a connection, TLS included. */
  connect: 5000,
  /** For a whole answer. */
  answer: 5000,
  /** For the answer to the end of a session. */
  teardown: 1000,
  /** For the first whole picture, whether or not it can be decoded. */
  firstPicture: 4000,
  /** For a key picture while others come, where it is not known how often they come. */
  firstKey: 15_000,
  /** Without whole pictures; or three of their usual intervals, where that is longer. */
  stalled: 2000,
} as const;

/** Intervals of pictures without one that make a stream stalled. */
export const missedIntervals = 3;

/** Between receiver reports, ms (RFC 3550 §6.2). */
export const reportInterval = 5000;
