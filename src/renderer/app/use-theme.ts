import { useEffect, useSyncExternalStore } from 'react';
import type { SettingsView } from '../../shared/settings.ts';
import { rememberTheme } from './first-look.ts';

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => matchMedia(query).matches,
  );
}

/** Puts theme and contrast on the document, live with the system and the settings. */
export function useTheme({ theme, contrast }: Pick<SettingsView, 'theme' | 'contrast'>): 'light' | 'dark' {
  const prefersDark = useMedia('(prefers-color-scheme: dark)');
  const prefersMore = useMedia('(prefers-contrast: more)');
  const shown = theme === 'system' ? (prefersDark ? 'dark' : 'light') : theme;
  const isMore = contrast === 'more' || prefersMore;
  useEffect(() => {
    document.documentElement.dataset['theme'] = shown;
    rememberTheme(shown);
    document.documentElement.dataset['contrast'] = isMore ? 'more' : 'normal';
  }, [shown, isMore]);
  return shown;
}
