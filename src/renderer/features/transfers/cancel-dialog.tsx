import { ChevronRight } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import { useShallow } from 'zustand/react/shallow';
import type { CancelKeep } from '../../../shared/job.ts';
import { titleOf } from '../../format/names.ts';
import { bytesText, countText } from '../../format/numbers.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { useApp, useEngine } from '../../store/app-context.ts';
import { askedAbout, cancelAll } from '../../store/group-actions.ts';
import { openDialog } from '../../store/view-store.ts';
import { Button } from '../../ui/button.tsx';
import { Modal } from '../../ui/modal.tsx';
import { NameText } from '../../ui/name-text.tsx';

const CHOICES = [
  { keep: 'parts', label: 'cancel.parts', how: 'cancel.partsHow', color: '' },
  { keep: 'arrived', label: 'cancel.keepArrived', how: 'cancel.keepArrivedHow', color: '' },
  { keep: 'nothing', label: 'cancel.remove', how: 'cancel.removeHow', color: 'text-bad' },
] as const satisfies readonly { keep: CancelKeep; label: string; how: string; color: string }[];

export interface CancelDialogProps {
  readonly job: string;
  /** It is about all copies of the same order. */
  readonly withGroup: boolean;
}

/** Stopping a copy: what is to become of what has arrived. The safe answer first, and the way back last. */
export function CancelDialog({ job: id, withGroup }: CancelDialogProps) {
  const t = useTranslate();
  const locale = useLanguage();
  const app = useApp();
  const job = useEngine((state) => state.jobs[id]);
  const jobs = useEngine(useShallow((state) => askedAbout(state.jobs, id, withGroup)));
  const close = () => openDialog(null);
  if (job === undefined) return null;
  const bytes = jobs.reduce((sum, { progress }) => sum + progress.bytes, 0);
  const stop = (keep: CancelKeep) => {
    close();
    cancelAll(app, jobs, keep);
  };
  return (
    <Modal title={t('cancel.title')} isOpen onClose={close} role="alertdialog">
      <div className="flex flex-col gap-4">
        <div>
          <NameText name={titleOf(job.names, t)} className="font-medium" />
          {jobs.length > 1 && (
            <p className="text-text-2">
              {t('transfers.toDevices', { count: jobs.length, n: countText(jobs.length, locale) })}
            </p>
          )}
          <p className="text-text-2">
            {bytes > 0 ? t('cancel.arrived', { bytes: bytesText(bytes, locale) }) : t('cancel.nothing')}
          </p>
        </div>
        <ul className="flex flex-col gap-2">
          {CHOICES.filter(({ keep }) => bytes > 0 || keep === 'nothing').map(
            ({ keep, label, how, color }) => (
              <li key={keep}>
                <AriaButton
                  autoFocus={keep === 'parts'}
                  onPress={() => stop(keep)}
                  className="flex min-h-14 w-full cursor-default items-center gap-3 rounded-tile border border-edge px-4 py-2 text-left data-hovered:bg-sunken data-pressed:bg-selected"
                >
                  <span className="min-w-0 flex-1">
                    <span className={`block text-14 font-medium ${color}`}>{t(label)}</span>
                    <span className="block text-13 text-text-2">{t(how)}</span>
                  </span>
                  <ChevronRight size={16} strokeWidth={1.75} aria-hidden className="shrink-0 text-text-3" />
                </AriaButton>
              </li>
            ),
          )}
        </ul>
        <Button className="self-end" onPress={close}>
          {t('cancel.goOn')}
        </Button>
      </div>
    </Modal>
  );
}
