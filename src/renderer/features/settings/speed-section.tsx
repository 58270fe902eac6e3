import { MAX_STREAMS } from '../../../shared/copy-options.ts';
import { useTranslate } from '../../i18n/translate.ts';
import { SettingChoice } from './setting-choice.tsx';
import { SettingSwitch } from './setting-switch.tsx';
import { SettingText } from './setting-text.tsx';
import { useSettings } from './use-settings.ts';

const BYTES_PER_MEGABYTE = 1_000_000;
/** What a limit begins with when it is switched on: gentle on a wireless network. */
const FIRST_LIMIT = 10 * BYTES_PER_MEGABYTE;

/** `12,5` and `12.5` in bytes; null is no amount. */
function bytesOf(text: string): number | null {
  const amount = Number(text.trim().replace(',', '.'));
  const bytes = Math.round(amount * BYTES_PER_MEGABYTE);
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : null;
}

/** How fast copies may be. */
export function SpeedSection() {
  const t = useTranslate();
  const { settings, change, error } = useSettings();
  const { limitBytesPerSecond: limit, streams } = settings;
  const counts = Array.from({ length: MAX_STREAMS }, (_, index) => String(index + 1));
  return (
    <>
      <SettingSwitch
        label={t('settings.limit')}
        description={t('settings.limitHow')}
        isSelected={limit !== null}
        onChange={(isOn) => change({ limitBytesPerSecond: isOn ? FIRST_LIMIT : null })}
        error={error}
      />
      {limit !== null && (
        <SettingText
          label={t('settings.limitAmount')}
          value={String(limit / BYTES_PER_MEGABYTE)}
          inputMode="decimal"
          check={(text) => (bytesOf(text) === null ? t('settings.limitWrong') : null)}
          onKeep={(text) => change({ limitBytesPerSecond: bytesOf(text) })}
        />
      )}
      <SettingChoice
        label={t('settings.streams')}
        description={t('settings.streamsHow')}
        value={String(streams)}
        options={['auto', ...counts].map((value) => ({
          value,
          label: value === 'auto' ? t('settings.streams.auto') : value,
        }))}
        onChange={(value) => change({ streams: value === 'auto' ? 'auto' : Number(value) })}
      />
    </>
  );
}
