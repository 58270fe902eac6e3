import { useEffect, useState } from 'react';
import { isolate } from '../../format/isolate.ts';
import { baseName } from '../../format/names.ts';
import { bytesText, countText } from '../../format/numbers.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { useRefusal } from '../../store/act.ts';
import { useApp, useView } from '../../store/app-context.ts';
import { pageSources } from '../../store/page-sources.ts';
import { openDialog, type PendingSelection } from '../../store/view-store.ts';
import { Button } from '../../ui/button.tsx';
import { Modal } from '../../ui/modal.tsx';
import { NameText } from '../../ui/name-text.tsx';
import { Phrase } from '../../ui/phrase.tsx';
import { CADENCE } from '../../ui/use-cadence.ts';
import { DevicePicker } from './device-picker.tsx';
import { dropPending, SEND, sendTo } from './send-selection.ts';

const SHOWN_NAMES = 3;

function namesOf(pending: PendingSelection): readonly string[] {
  return pending.kind === 'page' ? pending.names : pending.paths.map(baseName);
}

/** Counts what the page holds while devices are being chosen. */
function Counted({ id }: { readonly id: number }) {
  const t = useTranslate();
  const locale = useLanguage();
  const [count, setCount] = useState({ files: 0, bytes: 0, oddNames: 0, unreadable: 0, complete: false });
  useEffect(() => {
    const ending = new AbortController();
    let shownMs = 0;
    void pageSources.get(id)?.count((next) => {
      if (!next.complete && performance.now() - shownMs < CADENCE.digitsMs) return;
      shownMs = performance.now();
      setCount(next);
    }, ending.signal);
    return () => ending.abort();
  }, [id]);
  const files = t('requests.files', { count: count.files, n: countText(count.files, locale) });
  const { oddNames, unreadable } = count;
  const warnings = [
    t('drop.pageLimits'),
    ...(pageSources.get(id)?.warnings.emptyFolders === 'lost' ? [t('drop.emptyFolders')] : []),
    ...(oddNames > 0 ? [t('drop.oddNames', { count: oddNames, n: countText(oddNames, locale) })] : []),
    ...(unreadable > 0
      ? [t('drop.unreadable', { count: unreadable, n: countText(unreadable, locale) })]
      : []),
    t('drop.keepOpen'),
  ];
  return (
    <>
      <p className="h-4 text-13 text-text-2">
        {count.complete
          ? `${files}, ${bytesText(count.bytes, locale)}`
          : t('drop.counting', { n: countText(count.files, locale) })}
      </p>
      <p className="text-12 text-text-2">{warnings.join(' ')}</p>
    </>
  );
}

function Selection({ pending }: { readonly pending: PendingSelection }) {
  const t = useTranslate();
  const locale = useLanguage();
  const names = namesOf(pending);
  const more = names.length - SHOWN_NAMES;
  return (
    <div className="flex flex-col gap-1">
      <p className="flex min-w-0 flex-wrap gap-x-2">
        {names.slice(0, SHOWN_NAMES).map((name) => (
          <NameText key={name} name={name} className="max-w-60" />
        ))}
        {more > 0 && (
          <span className="text-text-2">{t('requests.more', { n: countText(more, locale) })}</span>
        )}
      </p>
      {pending.kind === 'page' && <Counted id={pending.id} />}
    </div>
  );
}

/** To whom what was dropped, pasted or picked goes; several at once make one card with a row each. */
export function ChooseDevicesDialog() {
  const t = useTranslate();
  const locale = useLanguage();
  const app = useApp();
  const pending = useView((state) => state.pending);
  const refusal = useRefusal(SEND);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isSending, setSending] = useState(false);
  if (pending === null) return null;
  const close = () => {
    dropPending();
    openDialog(null);
  };
  const send = async () => {
    setSending(true);
    const jobs = await sendTo(app, pending, [...chosen]);
    setSending(false);
    if (jobs !== null) close();
  };
  const count = namesOf(pending).length;
  return (
    <Modal title={t('drop.title', { count, n: countText(count, locale) })} isOpen onClose={close}>
      <div className="flex flex-col gap-4">
        <Selection pending={pending} />
        <DevicePicker chosen={chosen} onChange={setChosen} />
        {refusal !== null && (
          <p role="alert" className="text-13 text-bad">
            <Phrase text={t(`failure.${refusal.code}`, { device: isolate(refusal.subject ?? '') })} />
          </p>
        )}
        <div className="flex items-center justify-end gap-2">
          <span className="mr-auto text-13 text-text-2">{chosen.size === 0 ? t('drop.pickFirst') : ''}</span>
          <Button onPress={close}>{t('common.cancel')}</Button>
          <Button kind="primary" isDisabled={chosen.size === 0 || isSending} onPress={() => void send()}>
            {chosen.size < 2
              ? t('drop.send')
              : t('drop.sendTo', { count: chosen.size, n: countText(chosen.size, locale) })}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
