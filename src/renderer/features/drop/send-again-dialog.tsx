import { useState } from 'react';
import { isolate } from '../../format/isolate.ts';
import { moreOf, titleOf } from '../../format/names.ts';
import { useTranslate } from '../../i18n/translate.ts';
import { act, useRefusal } from '../../store/act.ts';
import { useApp, useEngine } from '../../store/app-context.ts';
import { noteBegun, openDialog } from '../../store/view-store.ts';
import { Button } from '../../ui/button.tsx';
import { Modal } from '../../ui/modal.tsx';
import { NameText } from '../../ui/name-text.tsx';
import { Phrase } from '../../ui/phrase.tsx';
import { DevicePicker } from './device-picker.tsx';

/** What was sent to one device goes to another one too. */
export function SendAgainDialog({ job: id }: { readonly job: string }) {
  const t = useTranslate();
  const { engine } = useApp();
  const job = useEngine((state) => state.jobs[id]);
  const about = `again ${id}`;
  const refusal = useRefusal(about);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isSending, setSending] = useState(false);
  if (job === undefined) return null;
  const close = () => openDialog(null);
  const [to] = chosen;
  const send = async () => {
    if (to === undefined) return;
    setSending(true);
    noteBegun();
    const made = await act(engine, about, 'jobs.again', { job: id, to, only: 'all' });
    setSending(false);
    if (made !== null) close();
  };
  const more = moreOf(job.names);
  return (
    <Modal title={t('drop.againTitle')} isOpen onClose={close}>
      <div className="flex flex-col gap-4">
        <p className="flex min-w-0 gap-2">
          <NameText name={titleOf(job.names, t)} className="font-medium" />
          {more > 0 && <span className="shrink-0 text-text-2">{`+${more}`}</span>}
        </p>
        <DevicePicker chosen={chosen} onChange={setChosen} isSingle without={job.peer?.id ?? null} />
        {refusal !== null && (
          <p role="alert" className="text-13 text-bad">
            <Phrase text={t(`failure.${refusal.code}`, { device: isolate(refusal.subject ?? '') })} />
          </p>
        )}
        <div className="flex items-center justify-end gap-2">
          <span className="mr-auto text-13 text-text-2">{to === undefined ? t('drop.pickOne') : ''}</span>
          <Button onPress={close}>{t('common.cancel')}</Button>
          <Button kind="primary" isDisabled={to === undefined || isSending} onPress={() => void send()}>
            {t('drop.send')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
