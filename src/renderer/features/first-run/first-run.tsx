import { useTranslate } from '../../i18n/translate.ts';
import { useEngine } from '../../store/app-context.ts';
import { openDialog } from '../../store/view-store.ts';
import { Button } from '../../ui/button.tsx';
import { FerryMark } from '../../ui/ferry-mark.tsx';

/** Nobody is near and nothing was ever copied: says what to do next. No wizard. */
export function FirstRun() {
  const t = useTranslate();
  const visibility = useEngine((state) => state.settings.visibility);
  const network = useEngine((state) => state.device.network);
  return (
    <div className="flex min-h-0 flex-1 flex-col items-center justify-center gap-6 p-6 text-center">
      <FerryMark size={64} />
      <div className="flex max-w-[44ch] flex-col gap-1">
        <p className="text-20 font-semibold">{t('devices.looking')}</p>
        <p className="text-text-2">
          {t(
            network === 'none'
              ? 'devices.noNetwork'
              : network === 'no-discovery'
                ? 'devices.noDiscovery'
                : 'devices.appearsHere',
          )}
        </p>
        <p className="text-13 text-text-3">{t(`devices.visibleLine.${visibility}`)}</p>
      </div>
      <div className="flex flex-wrap justify-center gap-2">
        <Button kind="primary" onPress={() => openDialog({ kind: 'pair', shortId: null })}>
          {t('devices.pairDevice')}
        </Button>
        <Button onPress={() => openDialog({ kind: 'add-address' })}>{t('devices.addAddress')}</Button>
      </div>
    </div>
  );
}

/** The same in a narrow place beside it. */
export function NobodyNear() {
  const t = useTranslate();
  return <p className="px-3 py-2 text-13 text-text-2">{t('devices.looking')}</p>;
}
