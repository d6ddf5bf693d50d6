/** How the pages look, and the application as one that is installed. */
export const look = {
  title: 'Appearance',
  theme: 'Theme',
  themes: { dark: 'Dark (default)', light: 'Light', system: 'As the system' },
  told: 'Kept in this browser. Pictures stay on dark ground. “As the system” leaves walls dark.',
};
