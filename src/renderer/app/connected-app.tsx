import { useEffect, useMemo } from 'react';
import { I18nProvider } from 'react-aria-components';
import type { EngineApi } from '../../shared/engine-api.ts';
import type { HostApi } from '../../shared/host-api.ts';
import { changeLanguage, type Language, useLanguage } from '../i18n/translate.ts';
import { AppContextHolder, useEngine } from '../store/app-context.ts';
import type { EngineStore } from '../store/engine-store.ts';
import type { SpeedHistory } from '../store/speed-history.ts';
import { Frame } from './frame.tsx';
import { useTheme } from './use-theme.ts';

export interface ConnectedAppProps {
  readonly engine: EngineApi;
  readonly store: EngineStore;
  readonly speeds: SpeedHistory;
  readonly host: HostApi;
}

/** The language a setting stands for. */
export function languageOf(setting: 'system' | Language): Language {
  if (setting !== 'system') return setting;
  return navigator.language.toLowerCase().startsWith('de') ? 'de' : 'en';
}

/** Follows the settings that concern the whole document. */
function FollowSettings() {
  const settings = useEngine((state) => state.settings);
  useTheme(settings);
  useEffect(() => {
    void changeLanguage(languageOf(settings.language));
  }, [settings.language]);
  return null;
}

/** The app with an engine in its hands. */
export function ConnectedApp({ engine, store, speeds, host }: ConnectedAppProps) {
  const language = useLanguage();
  const context = useMemo(() => ({ engine, store, speeds, host }), [engine, store, speeds, host]);
  return (
    <AppContextHolder value={context}>
      <FollowSettings />
      {/* What the library says by itself, to a screen reader for instance, is in the app's language too. */}
      <I18nProvider locale={language}>
        <Frame />
      </I18nProvider>
    </AppContextHolder>
  );
}
