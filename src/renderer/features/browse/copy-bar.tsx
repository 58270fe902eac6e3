import { Copy } from 'lucide-react';
import type { JobView } from '../../../shared/job.ts';
import { titleOf } from '../../format/names.ts';
import { bytesText, countText } from '../../format/numbers.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { useRefusal } from '../../store/act.ts';
import { COPY } from '../../store/copy-order.ts';
import { useJob } from '../../store/use-job.ts';
import { useStatus } from '../../store/use-status.ts';
import { viewStore } from '../../store/view-store.ts';
import { ActionMenu } from '../../ui/action-menu.tsx';
import { Button } from '../../ui/button.tsx';
import { FailureText } from '../../ui/failure-text.tsx';
import { NameText } from '../../ui/name-text.tsx';
import { Phrase } from '../../ui/phrase.tsx';
import { StatusLine } from '../../ui/status-line.tsx';
import { CADENCE } from '../../ui/use-cadence.ts';
import type { BrowseEntry } from './browse-entry.ts';

export interface BarMenuEntry {
  readonly id: string;
  readonly label: string;
  readonly run: () => void;
}

/** `2 selected, 8.20 MB`; folders have no size that anybody knows. */
function useChosenText(chosen: readonly BrowseEntry[]): string | null {
  const t = useTranslate();
  const locale = useLanguage();
  if (chosen.length === 0) return null;
  const values = { count: chosen.length, n: countText(chosen.length, locale) };
  if (chosen.some(({ bytes }) => bytes === null)) return t('transfers.selected', values);
  const bytes = chosen.reduce((sum, entry) => sum + (entry.bytes ?? 0), 0);
  return t('browse.selectedSize', { ...values, size: bytesText(bytes, locale) });
}

/** The copy that was begun here last: how far it is, and the way to it. */
function LastCopy({ job }: { readonly job: JobView }) {
  const t = useTranslate();
  const status = useStatus(job);
  const show = () => viewStore.setState({ view: 'transfers', selectedJob: job.job, selectedPeer: null });
  return (
    <>
      <span className="flex min-w-0 flex-1 flex-col">
        <NameText name={titleOf(job.names, t)} className="text-13 font-medium" />
        <StatusLine {...status} />
      </span>
      <Button kind="quiet" onPress={show}>
        {t('browse.showCopy')}
      </Button>
    </>
  );
}

export interface CopyBarProps {
  readonly chosen: readonly BrowseEntry[];
  /** Why nothing can be copied across; null: it can. */
  readonly why: string | null;
  /** Where it would go. */
  readonly target: string;
  readonly onCopy: () => void;
  readonly menu: readonly BarMenuEntry[];
  readonly lastJob: string | null;
  readonly device: string | null;
}

/** What is chosen, where it can go, and what was begun last. */
export function CopyBar({ chosen, why, target, onCopy, menu, lastJob, device }: CopyBarProps) {
  const t = useTranslate();
  const refusal = useRefusal(COPY);
  const text = useChosenText(chosen);
  const job = useJob(lastJob ?? '', CADENCE.causeMs);
  return (
    <div className="flex min-h-14 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-t border-line bg-surface px-3 py-2">
      <span className="flex min-w-0 flex-[1_1_12rem] items-center gap-2">
        {text === null && refusal === null && job !== undefined ? (
          <LastCopy job={job} />
        ) : (
          <span className="min-w-0 flex-1 text-13" role="status">
            {text !== null && <span className="block font-medium">{text}</span>}
            {refusal === null ? (
              <span className="block text-text-2">{why !== null && <Phrase text={why} />}</span>
            ) : (
              <span className="block text-bad">
                <FailureText failure={refusal} device={device} />
              </span>
            )}
          </span>
        )}
      </span>
      <span className="ml-auto flex min-w-0 items-center gap-1">
        <Button kind="primary" isDisabled={why !== null} onPress={onCopy} className="max-w-72 min-w-0 shrink">
          <Copy size={16} strokeWidth={1.75} aria-hidden className="shrink-0" />
          <span className="truncate">
            <Phrase text={t('browse.copyTo', { place: target })} />
          </span>
        </Button>
        <ActionMenu
          label={t('browse.copyElsewhere')}
          entries={menu}
          onAction={(id) => menu.find((entry) => entry.id === id)?.run()}
        />
      </span>
    </div>
  );
}
