/** What a new site still needs, on the desk and in the administration. */
export const firstRun = {
  title: 'First steps',
  steps: { camera: 'A camera', operator: 'An operator', wall: 'A wall' },
  /** Read out after a step. */
  done: 'done',
  missing: 'missing',
  count: (done: number, all: number) => `${done} of ${all} done`,
  ways: {
    enrol: 'Enrol a camera',
    begin: 'Film with this browser',
    demonstrate: 'Show a demonstration',
    invite: 'Invite an operator',
    open: 'Open a wall',
  },
  elsewhere: 'Opens in another tab; this page stays.',
  putAway: 'Put away',
};
