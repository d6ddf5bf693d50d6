/** One's own account, and who one is in the header of each page. */
import type { Role } from '../../../../server/contract/access.ts';
import { roles } from './roles.ts';

export const account = {
  title: 'Account',
  of: (name: string) => `Account of ${name}`,
  signOut: 'Sign out',
  openAccess: 'OPEN ACCESS – no accounts',
  grant: (role: Role, zones: string) => `${roles[role]} in ${zones === '*' ? 'all zones' : zones}`,
  noGrant: 'No role yet: ask an administrator for one.',
  external: 'You sign in elsewhere; password and second factor are changed there.',
  languageKept: 'Kept in this browser, for whoever uses it.',
  nobody: 'There is no account here: this page is for people who signed in.',
  password: {
    title: 'Password',
    present: 'Present password',
    next: 'New password',
    again: (label: string) => `${label} again`,
    change: 'Change the password',
    changed: 'The password is changed. Your other sign-ins are ended.',
    rules: (least: number) =>
      `At least ${least} characters; not a common password. A few words are fine.`,
    tooShort: (length: number, least: number) => `${length} of at least ${least} characters.`,
    notSame: 'The two are not the same yet.',
    notAgreed: (least: number) => `Type the same password twice, of ${least} characters or more.`,
  },
  code: {
    label: 'Code that the app shows now',
    once: 'Each code is good once: after one was used, wait for the next.',
  },
  recovery: {
    title: 'Recovery codes',
    code: 'Recovery code',
    form: '16 letters and digits, with or without dashes',
    usePaper: 'Use a recovery code',
    useApp: 'Use the app’s code',
    left: (count: number) =>
      count === 0
        ? 'None is left: a lost phone locks you out. Make a new set.'
        : `${count} left. Each opens once in place of a code, for when the phone is lost.`,
    open: 'New recovery codes …',
    proof: 'Your password, for new recovery codes',
    make: 'Make ten new ones',
    shownOnce:
      'Shown only now. Print them or copy them to a safe place away from the phone: each is good once. Those of before are good no more.',
    copy: 'Copy all',
    kept: 'I have kept them',
  },
  authenticator: {
    title: 'Authenticator app',
    on: 'On: after your password, a code of your app is asked for.',
    off: 'Off. With one, a stolen password alone opens nothing.',
    scan: 'Scan this with the app, or type the secret into it; then type the code that it shows.',
    qrCode: 'QR code for the authenticator app',
    secret: 'Secret to type',
    code: 'Code of the app',
    switchOn: 'Switch on',
    cancel: 'Cancel',
    keep: 'Keep',
    setUp: {
      open: 'Set up …',
      label: 'Your password, to set it up',
      yes: 'Go on',
    },
    replace: {
      open: 'Replace …',
      label: 'Your password, to replace it',
      yes: 'Go on',
    },
    remove: {
      open: 'Remove …',
      label: 'Your password, to remove it',
      yes: 'Remove',
    },
    removed: 'Removed: name and password are enough again. Your other sign-ins are ended.',
    confirmed: 'From the next sign-in on, a code is asked for. Your other sign-ins are ended.',
  },
  signIns: {
    title: 'Where you are signed in',
    browser: 'Browser',
    address: 'Address',
    since: 'Since',
    lastUsed: 'Last used',
    end: 'End',
    thisOne: (browser: string) => `${browser} – this one`,
    signOutEnds: 'Sign out ends it.',
    question: 'End this sign-in?',
    yes: 'End it',
    ended: 'That sign-in is ended.',
  },
};
