/** The themes: which there are, which one a page is shown in, and where the choice is kept. */

export const themes = ['dark', 'light', 'system'] as const;
export type Theme = (typeof themes)[number];

/** The key of the browser's storage. */
export const themeKey = 'surveillance-theme';

/** What was kept, if it is a theme; else the usual one. */
export function themeOf(kept: string | null): Theme {
  return themes.find((theme) => theme === kept) ?? 'dark';
}

/**
 * In which of the two a page is shown.
 * @param path of the page: walls hang where it is dark by day too, so they are light only where that was chosen
 */
export function shownAs(theme: Theme, path: string, systemIsLight: boolean): 'dark' | 'light' {
  if (theme !== 'system') return theme;
  return systemIsLight && path !== '/wall' ? 'light' : 'dark';
}

/** Shows the page in it; the browser has its own ground for a page whose styles are on their way. */
export function show(shown: 'dark' | 'light'): void {
  document.documentElement.dataset.theme = shown;
  document.querySelector('meta[name="color-scheme"]')?.setAttribute('content', shown);
}
