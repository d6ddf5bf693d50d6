/** What is done to many zones of the fleet at once, and files of zones that are read. */
const zones = (count: number): string => (count === 1 ? '1 zone' : `${count} zones`);
const keys = (count: number): string => (count === 1 ? '1 key' : `${count} keys`);
const lines = (count: number): string => (count === 1 ? '1 line' : `${count} lines`);

export const fleetFile = {
  open: 'Read a CSV file …',
  title: 'Add zones by a CSV file',
  about:
    'The first line names the columns: “Zone” for a zone that is to be expected, and “New key”, which may be empty, for the name of a camera’s key to be made for it. Other columns are passed over, so a saved file of this table can be filled in.',
  file: 'CSV file',
  add: (count: number, made: number) =>
    `Add ${zones(count)}${made > 0 ? ` and make ${keys(made)}` : ''}`,
  close: 'Close',
  /** Lines of the file that cannot be used. */
  faulty: (count: number) => `${lines(count)} cannot be used and will be left out:`,
  line: (line: number, reason: string) => `Line ${line}: ${reason}`,
  noLine: 'There is nothing in it to add.',
  tooLarge: (most: number) => `The file is larger than ${most} kB. Split it.`,
  tooMany: (count: number, most: number) =>
    `The file has ${count} lines, and ${most} are read at most. Split it.`,
  noZoneColumn: 'No column is called “Zone”. Name it in the first line.',
  faults: {
    'open-quote': 'A quotation mark is never closed, so that nobody knows where its cell ends.',
    'no-text': 'This is no text in UTF-8. Save it as “CSV UTF-8”.',
  },
  wrongZone: 'A zone is 1–64 letters, digits and dashes.',
  wrongKey: 'The name of the key has invisible characters, is empty, or is longer than 64.',
  twice: (line: number) => `The same zone as in line ${line}.`,
  noKeys: 'No key can be made by you here: leave the cell empty.',
  keyThere: (key: string) => `There is the key ${key} already.`,
  // What is done to chosen rows.
  choose: 'Choose',
  chooseOne: (zone: string) => `Choose ${zone}`,
  chooseAll: 'Choose all that are shown',
  chosen: (count: number) => `${zones(count)} chosen`,
  makeKeys: 'Make a camera’s key for each',
  revokeKeys: 'Revoke their keys',
  revokeQuestion: (count: number) => `The cameras of ${zones(count)} are cut off at once.`,
  revokeYes: 'Revoke',
  forget: 'Forget them',
  forgetQuestion: (count: number) =>
    `${zones(count)} will be expected no more: off the list, with their masks and notices.`,
  forgetYes: 'Forget',
  keyName: (zone: string) => `Camera of ${zone}`.slice(0, 64),
  // How it went.
  progress: (done: number, all: number) => `${done} of ${all} are done …`,
  ended: (done: number, failed: number) =>
    failed === 0
      ? `${done} done.`
      : `${done} done. ${failed} not: the reason stands at each of them.`,
  listed: (zone: string) => `${zone} is expected.`,
  listedWithKey: (zone: string, key: string) => `${zone} is expected, and the key ${key} is made.`,
  keyMade: (key: string) => `The key ${key} is made.`,
  noOwnKey: 'It has no key of its own. One for several zones is revoked under Keys.',
  revoked: (names: string) => `${names}: revoked.`,
  forgotten: (zone: string) => `${zone} is forgotten.`,
  /** Keys that were made. */
  made: (count: number) => `${keys(count)} made: told only now`,
  madeAbout:
    'The file has an enrolment link for each camera, good once, and what a program sends in its place. Keep it as you keep passwords.',
  saveKeys: 'Save the keys as CSV',
  savedKeys: (file: string) => `Saved ${file}.`,
  done: 'Done',
  /** As HTTP has it. */
  authorization: (secret: string) => `Bearer ${secret}`,
  /** Of files that are read and saved; large and small letters are the same when they are read. */
  columns: {
    zone: 'Zone',
    newKey: 'New key',
    key: 'Key',
    link: 'Enrolment link',
    until: 'Good until',
    header: 'Authorization',
  },
};
