/** What must be right before anything is shown, so that nothing flashes and nothing shifts. */

const THEME = 'ferry.theme';
/** Longer than this nobody waits for a typeface. */
const FONT_MS = 1_000;

/** The theme shown last, until the settings are known; at the first start the system's. */
export function themeAtStart(): 'light' | 'dark' {
  try {
    const known = localStorage.getItem(THEME);
    if (known === 'light' || known === 'dark') return known;
  } catch {
    // A browser may keep nothing of this page.
  }
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** For the next start. */
export function rememberTheme(theme: 'light' | 'dark'): void {
  try {
    localStorage.setItem(THEME, theme);
  } catch {
    // As above: then the system's theme comes first.
  }
}

/** Resolves when the app's typeface can be drawn, or when it has been waited for long enough. */
export async function fontReady(): Promise<void> {
  const loaded = document.fonts.load('14px "Inter Variable"').catch(() => []);
  await Promise.race([loaded, new Promise((resolve) => setTimeout(resolve, FONT_MS))]);
}
