import type { Visibility } from '../../../shared/device.ts';
import { ACCEPT_MODES } from '../../../shared/settings.ts';
import { bytesText } from '../../format/numbers.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { useApp, useEngine } from '../../store/app-context.ts';
import { Button } from '../../ui/button.tsx';
import { NameText } from '../../ui/name-text.tsx';
import { SettingChoice } from './setting-choice.tsx';
import { SettingRow } from './setting-row.tsx';
import { SettingText } from './setting-text.tsx';
import { useSettings } from './use-settings.ts';

const VISIBILITIES: readonly Visibility[] = ['everyone', 'paired', 'off'];
const MAX_PORT = 65_535;

function Inbox() {
  const t = useTranslate();
  const locale = useLanguage();
  const { host } = useApp();
  const device = useEngine((state) => state.device);
  const { settings, change, error } = useSettings();
  const what =
    device.inboxFreeBytes === null
      ? t('settings.inboxHowPlain')
      : t('settings.inboxHow', { size: bytesText(device.inboxFreeBytes, locale) });
  // Where things land on another machine is not for a page to say.
  const who = host.kind === 'browser' ? ` ${t('settings.inboxOnDevice', { name: device.name })}` : '';

  async function choose(): Promise<void> {
    const inbox = await host.pickFolder(settings.inbox);
    if (inbox !== null) change({ inbox });
  }

  return (
    <SettingRow label={t('settings.inbox')} description={`${what}${who}`} error={error}>
      <NameText name={settings.inbox} className="flex-1 select-text" />
      {host.kind === 'desktop' && <Button onPress={() => void choose()}>{t('common.choose')}</Button>}
    </SettingRow>
  );
}

function Port() {
  const t = useTranslate();
  const { settings, change, error } = useSettings();
  const isPort = (text: string) => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_PORT;
  return (
    <SettingText
      label={t('settings.port')}
      description={t('settings.portHow')}
      error={error}
      value={String(settings.port)}
      inputMode="numeric"
      check={(text) => (isPort(text.trim()) ? null : t('settings.portWrong'))}
      onKeep={(text) => change({ port: Number(text) })}
    />
  );
}

function Addresses() {
  const t = useTranslate();
  const addresses = useEngine((state) => state.device.addresses);
  return (
    <SettingRow label={t('settings.addresses')} description={t('settings.addressesHow')}>
      <ul className="min-w-0 select-text">
        {addresses.length === 0 && <li>{t('settings.noAddresses')}</li>}
        {addresses.map((address) => (
          <li key={address} className="break-all">
            {address}
          </li>
        ))}
      </ul>
    </SettingRow>
  );
}

/** Where things go, who may send them, and where this device is found. */
export function ReceivingSection() {
  const t = useTranslate();
  const { settings, change, error } = useSettings();
  return (
    <>
      <Inbox />
      <SettingChoice
        label={t('settings.accept')}
        description={t('settings.acceptHow')}
        value={settings.accept}
        options={ACCEPT_MODES.map((value) => ({ value, label: t(`settings.accept.${value}`) }))}
        onChange={(accept) => change({ accept })}
        error={error}
      />
      <SettingChoice
        label={t('settings.visibility')}
        description={t('settings.visibilityHow')}
        value={settings.visibility}
        options={VISIBILITIES.map((value) => ({ value, label: t(`devices.visible.${value}`) }))}
        onChange={(visibility) => change({ visibility })}
      />
      <Port />
      <Addresses />
    </>
  );
}
