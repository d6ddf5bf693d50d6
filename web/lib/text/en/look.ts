/** How the pages look, and the application as one that is installed. */
export const look = {
  title: 'Appearance',
  theme: 'Theme',
  themes: { dark: 'Dark (default)', light: 'Light', system: 'As the system' },
  told: 'Kept in this browser. Pictures stay on dark ground. “As the system” leaves walls dark.',
};

/** The page that stands in for one that the server could not be asked for. */
export const offline = {
  offlineTitle: 'The server cannot be reached',
  offlineWaits: 'This page comes back by itself as soon as the server answers.',
  offlineNetwork:
    'Is this device in the network? Check cable or Wi-Fi, and whether other pages of the site open.',
  offlineServer:
    'If others cannot reach it either, tell whoever runs the server. Cameras and walls need nothing done here.',
  offlineAgain: 'Try now',
};
