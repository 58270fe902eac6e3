import { useState } from 'react';
import { useStore } from 'zustand';
import type { HostApi } from '../../../shared/host-api.ts';
import { CONTRASTS, LANGUAGES, THEMES } from '../../../shared/settings.ts';
import { failurePhrase } from '../../format/failure-phrase.ts';
import { useTranslate } from '../../i18n/translate.ts';
import { useApp, useEngine } from '../../store/app-context.ts';
import { hostNewsStore } from '../../store/host-news.ts';
import { Button } from '../../ui/button.tsx';
import { Note } from '../../ui/note.tsx';
import { useCall } from '../../ui/use-call.ts';
import { SettingChoice } from './setting-choice.tsx';
import { SettingSwitch } from './setting-switch.tsx';
import { SettingText } from './setting-text.tsx';
import { useSettings } from './use-settings.ts';

const MAX_NAME = 64;

function Name() {
  const t = useTranslate();
  const { engine } = useApp();
  const name = useEngine((state) => state.device.name);
  const { run, failure } = useCall();
  return (
    <SettingText
      label={t('settings.name')}
      description={t('settings.nameHow')}
      error={failure === null ? null : failurePhrase(t, failure, null)}
      value={name}
      maxLength={MAX_NAME}
      onKeep={(next) => {
        void run(async (signal) => {
          await engine.call('device.rename', { name: next }, signal);
        });
      }}
    />
  );
}

/** What this page may: a desktop always may, a browser asks a person first. */
function permissionOf(host: HostApi): NotificationPermission {
  if (host.kind === 'desktop') return 'granted';
  return 'Notification' in globalThis ? Notification.permission : 'denied';
}

function Notify() {
  const t = useTranslate();
  const { host } = useApp();
  const { settings, change, error } = useSettings();
  const [permission, setPermission] = useState(() => permissionOf(host));

  /** From a press only: nobody is asked for anything at the start. */
  async function switchOn(): Promise<void> {
    const given = permission === 'default' ? await Notification.requestPermission() : permission;
    setPermission(given);
    if (given === 'granted') change({ notify: true });
  }

  return (
    <SettingSwitch
      label={t('settings.notify')}
      description={t(permission === 'denied' ? 'settings.notifyBlocked' : 'settings.notifyHow')}
      error={error}
      isSelected={settings.notify && permission === 'granted'}
      onChange={(isOn) => {
        if (isOn) void switchOn();
        else change({ notify: false });
      }}
    />
  );
}

function StartAtLogin() {
  const t = useTranslate();
  const { host } = useApp();
  const { settings, change, error } = useSettings();
  const needsApproval = useStore(hostNewsStore, (state) => state.needsLoginApproval);
  const isHeld = settings.startAtLogin && needsApproval;
  return (
    <>
      <SettingSwitch
        label={t('settings.startAtLogin')}
        description={t('settings.startAtLoginHow')}
        error={error}
        isSelected={settings.startAtLogin}
        onChange={(startAtLogin) => change({ startAtLogin })}
      />
      {isHeld && (
        <Note
          tone="wait"
          role="status"
          actions={
            host.openSystemSettings !== undefined && (
              <Button onPress={() => host.openSystemSettings?.('login-items')}>
                {t('doctor.action.open-settings')}
              </Button>
            )
          }
        >
          {t('settings.startAtLoginHeld')}
        </Note>
      )}
    </>
  );
}

/** Name, language and look of this device's screens. */
export function GeneralSection() {
  const t = useTranslate();
  const { host } = useApp();
  const { settings, change, error } = useSettings();
  return (
    <>
      <Name />
      <SettingChoice
        label={t('settings.language')}
        value={settings.language}
        options={LANGUAGES.map((value) => ({ value, label: t(`settings.language.${value}`) }))}
        onChange={(language) => change({ language })}
        error={error}
      />
      <SettingChoice
        label={t('settings.theme')}
        value={settings.theme}
        options={THEMES.map((value) => ({ value, label: t(`settings.theme.${value}`) }))}
        onChange={(theme) => change({ theme })}
      />
      <SettingChoice
        label={t('settings.contrast')}
        value={settings.contrast}
        options={CONTRASTS.map((value) => ({ value, label: t(`settings.contrast.${value}`) }))}
        onChange={(contrast) => change({ contrast })}
      />
      <Notify />
      {host.kind === 'desktop' && <StartAtLogin />}
      <SettingSwitch
        label={t('settings.history')}
        description={t('settings.historyHow')}
        isSelected={settings.history}
        onChange={(history) => change({ history })}
      />
    </>
  );
}
