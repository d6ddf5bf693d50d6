/** The pages that one meets before the console: set-up, sign-in, enrolment. */
export const entrance = {
  keepsNothing:
    'This browser keeps no site data for this page, so it cannot stay signed in. Allow cookies for this site in the browser’s settings, then load the page again.',
  name: 'Name',
  password: 'Password',
  signIn: {
    title: 'Sign in',
    secondFactor: 'Second factor',
    code: 'Code of your authenticator app',
    confirm: 'Confirm',
    back: 'Back',
    choose: 'Choose your password',
    chooseWhy: 'An administrator knows the present one. Choose one that only you know, to go on.',
    chooseSubmit: 'Set it and sign in',
    continueWith: (provider: string) => `Continue with ${provider}`,
    enrolled: (device: string) =>
      `This browser is enrolled as ${device}, and goes on as that when you sign out.`,
    providerDown: (provider: string) =>
      `${provider} does not answer now. Sign in with a password, or try again in a minute.`,
    lostAdministrator: (provider: string) =>
      `${provider} no longer says that you administer this site, and nobody else does. Have that right given back there, or sign in as another administrator.`,
    unreachable: (provider: string) =>
      `Signing in with ${provider} is not possible now: it cannot be reached. Try again later, or sign in with a password.`,
    failed: (provider: string) =>
      `Signing in with ${provider} did not work. Try again, or ask an administrator.`,
  },
  setUp: {
    title: 'Set up',
    about:
      'Make the administrator’s account. It adds all other people, and the keys of cameras and walls; until it exists, this server answers nobody else.',
    submit: 'Make the account',
    done: 'Done; the console opens.',
  },
  invitation: {
    title: 'Choose your password',
    welcome: (name: string) => `Welcome, ${name}`,
    about: 'Choose a password that only you know. With it and your name you sign in from now on.',
    signedInAs: (name: string) => `You are signed in here as ${name}. Going on ends that sign-in.`,
    submit: 'Set it and sign in',
    looking: 'Looking whom the link is for …',
    signIn: 'Sign in with a password',
    noToken: 'The address has no token any more. Open the whole link again, or scan its QR code.',
    done: 'Done; the console opens.',
  },
  enrol: {
    title: 'Enrol this device',
    about:
      'This browser becomes a camera or a wall of this installation. It stays signed in by the key that the link was made for, until an administrator revokes that key. The link is good once.',
    signedInAs: (name: string) =>
      `You are signed in here as ${name}. Enrolling ends that sign-in: do it only on the device that is to be the camera or wall.`,
    noToken:
      'The address has no token any more. Open the whole enrolment link again, or scan its QR code.',
    done: 'Enrolled; the page opens.',
  },
};
