/** What belongs to no single page: the console's name, and how a page is loaded. */
const name = 'Urban Surveillance Command Console';

export const site = {
  /** Of the page (BCP 47), and how its times and dates are written. */
  language: 'en',
  locale: 'en-GB',
  /** In which it is written. */
  direction: 'ltr' as 'ltr' | 'rtl',
  /** Of the choice between them; each is called by its own name there. */
  languages: 'Language',
  name,
  title: (page: string) => `${page} – ${name}`,
  version: (version: string) => `Version ${version}`,
  navigation: 'Pages',
  pages: {
    '/': 'Console',
    '/desk': 'Desk',
    '/wall': 'Video wall',
    '/map': 'Map',
    '/admin': 'Administration',
  },
  /** Seen where neither styles nor scripts come, or where scripts do not. */
  notCome:
    'The console’s files have not come. If this stays: a browser must allow JavaScript, and a proxy must serve the console under a host name of its own, not below a path of another site.',
  elsewhere: 'Going to another page …',
  notLoaded:
    'This page could not be loaded: the network failed, or the server was renewed meanwhile.',
  noStartData: 'This page came without its data, as from a cache or another server. Load it again.',
  loadAgain: 'Load it again',
  upgrade: {
    newer:
      'The server was renewed: there is a newer version of this page. Pictures go on until it is loaded.',
    load: 'Load it',
  },
  waiting: 'Waiting for the server …',
  unreachable: 'The server cannot be reached. Check the network, then try again.',
  unreadable: (status: number) => `The server answered with ${status}. Try again.`,
};
