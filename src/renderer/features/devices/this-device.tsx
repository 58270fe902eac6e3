import { Eye, Globe, LockKeyhole, LockOpen } from 'lucide-react';
import type { Visibility } from '../../../shared/device.ts';
import { countdownText } from '../../format/numbers.ts';
import { useTranslate } from '../../i18n/translate.ts';
import { useApp, useEngine } from '../../store/app-context.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import { InlineRename } from '../../ui/inline-rename.tsx';
import { NameText } from '../../ui/name-text.tsx';
import { useCall } from '../../ui/use-call.ts';
import { useNow } from '../../ui/use-now.ts';

const VISIBILITIES: readonly Visibility[] = ['everyone', 'paired', 'off'];

/** Who sees this device on the network; changes at once. */
function VisibilityChoice() {
  const t = useTranslate();
  const { engine } = useApp();
  const visibility = useEngine((state) => state.settings.visibility);
  const { run } = useCall();
  return (
    <Choice
      kind="quiet"
      label={t('devices.visibleTo')}
      value={visibility}
      options={VISIBILITIES.map((each) => ({
        value: each,
        label: t(`devices.visible.${each}`),
        short: t(`devices.visibleShort.${each}`),
      }))}
      onChange={(chosen) => {
        void run(async (signal) => {
          await engine.call('settings.update', { change: { visibility: chosen } }, signal);
        });
      }}
      className="w-full"
    />
  );
}

/** Whether others may start pairing now, or what happens when something comes. Always one line. */
function LockLine() {
  const t = useTranslate();
  const { engine } = useApp();
  const nowMs = useNow();
  const endsMs = useEngine((state) => state.device.pairWindowEndsMs);
  const accept = useEngine((state) => state.settings.accept);
  const { run } = useCall();
  const isOpen = endsMs !== null && endsMs > nowMs;
  const Icon = isOpen ? LockOpen : LockKeyhole;
  return (
    <div className="flex h-8 min-w-0 items-center gap-2 text-13 text-text-2">
      <Icon size={16} strokeWidth={1.75} aria-hidden className="shrink-0" />
      <span className="min-w-0 flex-1 truncate">
        {isOpen
          ? t('devices.openForPairing', { left: countdownText(endsMs - nowMs) })
          : t(`devices.lock.${accept}`)}
      </span>
      {isOpen && (
        <Button
          kind="quiet"
          className="px-2!"
          onPress={() => {
            void run(async (signal) => {
              await engine.call('pair.close', {}, signal);
            });
          }}
        >
          {t('devices.stopPairing')}
        </Button>
      )}
    </div>
  );
}

/** The same in one line, for the head of a narrow screen. */
export function ThisDeviceLine() {
  const t = useTranslate();
  const name = useEngine((state) => state.device.name);
  return (
    <section
      aria-label={t('devices.thisDevice')}
      data-region="head"
      className="flex h-12 shrink-0 items-center gap-2 border-b border-line bg-surface pr-1 pl-4"
    >
      <NameText name={name} className="flex-1 font-semibold" />
      <div className="flex w-48 shrink-0 items-center text-text-2">
        <Eye size={16} strokeWidth={1.75} aria-hidden className="shrink-0" />
        <VisibilityChoice />
      </div>
    </section>
  );
}

/** This device: its name, who sees it, and how it is locked. */
export function ThisDevice() {
  const t = useTranslate();
  const { engine, host } = useApp();
  const name = useEngine((state) => state.device.name);
  const { run } = useCall();
  return (
    <section
      aria-label={t('devices.thisDevice')}
      data-region="head"
      className="flex shrink-0 flex-col border-b border-line px-3 pt-2 pb-1"
    >
      <div className="flex min-w-0 items-center pl-2">
        <InlineRename
          name={name}
          label={t('devices.nameOfThis')}
          className="text-16 font-semibold"
          onRename={(next) => {
            void run(async (signal) => {
              await engine.call('device.rename', { name: next }, signal);
            });
          }}
        />
      </div>
      {host.kind === 'browser' && (
        <div className="flex h-8 items-center gap-2 pl-2 text-13 text-text-2">
          <Globe size={16} strokeWidth={1.75} aria-hidden className="shrink-0" />
          <span className="truncate">{t('devices.inBrowser')}</span>
        </div>
      )}
      <div className="flex items-center gap-2 pl-2 text-text-2">
        <Eye size={16} strokeWidth={1.75} aria-hidden className="shrink-0" />
        <div className="-ml-2 min-w-0 flex-1">
          <VisibilityChoice />
        </div>
      </div>
      <div className="pl-2">
        <LockLine />
      </div>
    </section>
  );
}
