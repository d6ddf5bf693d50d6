/** What belongs to no single page: the console's name, and how a page is loaded. */
const name = 'Urban Surveillance Command Console';

export const site = {
  locale: 'en-GB',
  name,
  title: (page: string) => `${page} – ${name}`,
  version: (version: string) => `Version ${version}`,
  elsewhere: 'Going to another page …',
  notLoaded:
    'This page could not be loaded: the network failed, or the server was renewed meanwhile.',
  loadAgain: 'Load it again',
  waiting: 'Waiting for the server …',
  unreachable: 'The server cannot be reached. Check the network, then try again.',
  unreadable: (status: number) => `The server answered with ${status}. Try again.`,
};
