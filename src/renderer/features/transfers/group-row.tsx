import { ChevronDown, ChevronRight } from 'lucide-react';
import { memo, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { useShallow } from 'zustand/react/shallow';
import { ENDED_STATES, type JobView } from '../../../shared/job.ts';
import { moreOf, titleOf } from '../../format/names.ts';
import { countText, percentText, speedText } from '../../format/numbers.ts';
import type { PhraseKey } from '../../i18n/catalogue.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { useApp, useEngine } from '../../store/app-context.ts';
import { type GroupAction, groupActions, groupPrimary, runGroupAction } from '../../store/group-actions.ts';
import { ActionMenu } from '../../ui/action-menu.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { NameText } from '../../ui/name-text.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { StatusLine } from '../../ui/status-line.tsx';
import { CADENCE, useCadence } from '../../ui/use-cadence.ts';
import { ACTION_ICONS } from './action-icons.ts';
import { Digits } from './job-live.tsx';

/** Of all jobs of a group together; null while one of them cannot be told. */
export function groupFraction(jobs: readonly JobView[]): number | null {
  let sum = 0;
  for (const job of jobs) {
    const { fraction } = job;
    if (fraction === null) return null;
    sum += fraction;
  }
  return jobs.length === 0 ? null : sum / jobs.length;
}

function isMoving(job: JobView): boolean {
  return job.state === 'running' || job.state === 'finishing';
}

const GROUP_LABELS: Readonly<Record<GroupAction, PhraseKey>> = {
  pause: 'action.pause',
  resume: 'action.resume',
  again: 'action.retry',
  cancel: 'action.cancelGroup',
  remove: 'action.remove',
};

export interface GroupRowProps {
  readonly group: string;
  readonly isFolded: boolean;
  readonly onFold: (isFolded: boolean) => void;
}

/** One order to several devices: what they do together; a row for each follows. */
export const GroupRow = memo(function GroupRow({ group, isFolded, onFold }: GroupRowProps) {
  const t = useTranslate();
  const app = useApp();
  const locale = useLanguage();
  const live = useEngine(
    useShallow((state) => Object.values(state.jobs).filter((job) => job.group === group)),
  );
  const jobs = useCadence(live, CADENCE.digitsMs);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [first] = jobs;
  if (first === undefined) return null;
  const fraction = groupFraction(jobs);
  const speed = jobs.reduce((sum, job) => sum + (isMoving(job) ? job.progress.bytesPerSecond : 0), 0);
  const done = jobs.filter((job) => ENDED_STATES.has(job.state)).length;
  const title = titleOf(first.names, t);
  const more = moreOf(first.names);
  const primary = groupPrimary(jobs);
  const Fold = isFolded ? ChevronRight : ChevronDown;
  return (
    <div
      className="flex h-full min-w-0 flex-1 gap-2 px-3 medium:gap-3 medium:px-4"
      onContextMenu={(event) => {
        event.preventDefault();
        setMenuOpen(true);
      }}
    >
      <span className="-ml-2 flex w-6 shrink-0 items-start pt-1.5">
        <AriaButton
          className="flex size-8 cursor-default items-center justify-center rounded-control text-text-2 data-hovered:bg-sunken"
          aria-label={t(isFolded ? 'action.expand' : 'action.collapse')}
          onPress={() => onFold(!isFolded)}
        >
          <Fold size={16} strokeWidth={1.75} aria-hidden />
        </AriaButton>
      </span>
      <span className="flex min-w-0 flex-1 flex-col justify-center gap-0.5">
        <span className="flex h-5 min-w-0 items-center gap-1 text-14">
          <NameText name={title} className="shrink font-medium" />
          {more > 0 && <span className="shrink-0 text-text-2">{`+${more}`}</span>}
          <ChevronRight size={16} strokeWidth={1.75} aria-hidden className="shrink-0 text-text-3" />
          <span className="truncate text-text-2">
            {t('transfers.toDevices', { count: jobs.length, n: countText(jobs.length, locale) })}
          </span>
        </span>
        <span className="flex h-4 items-center">
          <ProgressBar
            fraction={fraction}
            tone={jobs.some(isMoving) ? 'moving' : 'still'}
            label={t('transfers.progress', { name: title })}
          />
        </span>
        <StatusLine
          parts={[
            t('transfers.groupDone', { done: countText(done, locale), n: countText(jobs.length, locale) }),
          ]}
          tone={done === jobs.length && jobs.every((job) => job.state === 'done') ? 'ok' : 'plain'}
        />
      </span>
      <Digits
        speed={speedText(speed, locale)}
        percent={fraction === null ? '' : percentText(fraction, locale)}
      />
      <span className="flex shrink-0 items-center self-center">
        {primary === null ? (
          <span className="size-10 medium:size-8" />
        ) : (
          <IconButton
            icon={ACTION_ICONS[primary]}
            label={t(GROUP_LABELS[primary])}
            onPress={() => runGroupAction(app, primary, jobs)}
          />
        )}
        <ActionMenu
          label={t('action.more', { name: title })}
          entries={[
            { id: 'fold', label: t(isFolded ? 'action.expand' : 'action.collapse') },
            ...groupActions(jobs).map((action) => ({
              id: action,
              label: t(GROUP_LABELS[action]),
              startsGroup: action === 'cancel' || action === 'remove',
            })),
          ]}
          isOpen={isMenuOpen}
          onOpenChange={setMenuOpen}
          onAction={(id) => {
            if (id === 'fold') onFold(!isFolded);
            else runGroupAction(app, id as GroupAction, jobs);
          }}
        />
      </span>
    </div>
  );
});
