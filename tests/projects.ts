/** Which of vitest's projects a command runs: the list's one home. */

/** Of `npm test`. */
export const usual = ['unit', 'server', 'server-waiting', 'browser', 'deployment'];

/** Of `npm run test:NAME`, which take longer or need more. */
export const apart: Readonly<Record<string, readonly string[]>> = {
  network: ['network'],
  cluster: ['cluster-waiting', 'cluster'],
  gateway: ['gateway'],
  desk: ['desk'],
  encoders: ['encoders'],
  worker: ['worker', 'plain'],
  long: ['long'],
};

/** What `--all` adds to one of them: by hand, since it takes half an hour. */
export const byHand: Readonly<Record<string, readonly string[]>> = {
  worker: ['upstream'],
};

/** As arguments for vitest. */
export const options = (projects: readonly string[]): string[] =>
  projects.map((name) => `--project=${name}`);
