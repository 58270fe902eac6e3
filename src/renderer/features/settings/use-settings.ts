import type { SettingsChange } from '../../../shared/engine-api.ts';
import type { SettingsView } from '../../../shared/settings.ts';
import { failurePhrase } from '../../format/failure-phrase.ts';
import { useTranslate } from '../../i18n/translate.ts';
import { useApp, useEngine } from '../../store/app-context.ts';
import { useCall } from '../../ui/use-call.ts';

export interface Settings {
  readonly settings: SettingsView;
  /** Takes effect at once; what the engine then says is what is shown. */
  readonly change: (change: SettingsChange) => void;
  /** Why the last change did not take, in words. */
  readonly error: string | null;
}

/** The settings, and how one part of them is changed. */
export function useSettings(): Settings {
  const t = useTranslate();
  const { engine } = useApp();
  const settings = useEngine((state) => state.settings);
  const { run, failure } = useCall();
  return {
    settings,
    change: (change) => {
      void run(async (signal) => {
        await engine.call('settings.update', { change }, signal);
      });
    },
    error: failure === null ? null : failurePhrase(t, failure, null),
  };
}
