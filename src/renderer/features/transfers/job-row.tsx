import { ArrowDown, ArrowLeftRight, ArrowUp, Check, GripVertical, type LucideIcon } from 'lucide-react';
import { memo, useState } from 'react';
import { Button } from 'react-aria-components';
import type { JobRole, JobView } from '../../../shared/job.ts';
import { moreOf, titleOf } from '../../format/names.ts';
import { useTranslate } from '../../i18n/translate.ts';
import { useApp, useView } from '../../store/app-context.ts';
import {
  actionLabel,
  type JobAction,
  menuActions,
  placeOf,
  primaryAction,
  runAction,
} from '../../store/job-actions.ts';
import { useJob } from '../../store/use-job.ts';
import { useRoute } from '../../store/use-route.ts';
import { ActionMenu } from '../../ui/action-menu.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { JobRoute } from '../../ui/job-route.tsx';
import { NameText } from '../../ui/name-text.tsx';
import { CADENCE } from '../../ui/use-cadence.ts';
import { ACTION_ICONS } from './action-icons.ts';
import { isTold, JobDigits, JobLines } from './job-live.tsx';

const DIRECTIONS: Readonly<Record<JobRole, LucideIcon>> = {
  source: ArrowUp,
  destination: ArrowDown,
  orderer: ArrowLeftRight,
};

/** Name, how many more, and where it goes. */
export function JobTitle({ job, isMember }: { readonly job: JobView; readonly isMember: boolean }) {
  const t = useTranslate();
  const more = moreOf(job.names);
  return (
    <span className="flex h-5 min-w-0 items-center gap-1 text-14">
      {!isMember && (
        <>
          <NameText name={titleOf(job.names, t)} className="shrink font-medium" />
          {more > 0 && <span className="shrink-0 text-text-2">{`+${more}`}</span>}
        </>
      )}
      <JobRoute route={useRoute(job)} className="max-w-[55%] shrink-0 pl-1" />
    </span>
  );
}

interface SlotsProps {
  readonly job: JobView;
  readonly isMenuOpen: boolean;
  readonly onMenuChange: (isOpen: boolean) => void;
}

/** Two buttons that are always there: what fits best now, and everything else. */
function Slots({ job, isMenuOpen, onMenuChange }: SlotsProps) {
  const t = useTranslate();
  const app = useApp();
  const primary = primaryAction(job, app.host.kind);
  const entries = menuActions(job, app).map((action) => ({
    id: action,
    label: t(actionLabel(action, job)),
    startsGroup: action === 'cancel' || action === 'remove',
  }));
  return (
    <span className="flex shrink-0 items-center self-center">
      {primary === null ? (
        <span className="size-10 medium:size-8" />
      ) : (
        <IconButton
          icon={ACTION_ICONS[primary]}
          label={t(actionLabel(primary, job))}
          className={primary === 'answer' || primary === 'review' ? 'text-wait' : ''}
          onPress={() => runAction(app, primary, job)}
        />
      )}
      <ActionMenu
        label={t('action.more', { name: titleOf(job.names, t) })}
        entries={entries}
        isOpen={isMenuOpen}
        onOpenChange={onMenuChange}
        onAction={(action) => runAction(app, action as JobAction, job)}
      />
    </span>
  );
}

export interface JobRowProps {
  readonly job: string;
  /** Stands below the row of its group. */
  readonly isMember: boolean;
  /** Can be dragged to another place in the queue. */
  readonly canDrag: boolean;
}

/** One transfer in three fixed lines; below 720 px the last one has room for two. */
export const JobRow = memo(function JobRow({ job: id, isMember, canDrag }: JobRowProps) {
  const t = useTranslate();
  const { host } = useApp();
  const job = useJob(id, CADENCE.causeMs);
  const isOpen = useView((state) => state.selectedJob === id);
  const [isMenuOpen, setMenuOpen] = useState(false);
  if (job === undefined) return null;
  const Direction = DIRECTIONS[job.role];
  const place = host.kind === 'desktop' && job.state === 'done' ? placeOf(job) : null;
  return (
    <div
      className={`flex h-full min-w-0 flex-1 gap-2 px-3 medium:gap-3 medium:px-4 ${isOpen ? 'bg-selected -outline-offset-2 forced-colors:outline-2' : ''}`}
      onContextMenu={(event) => {
        event.preventDefault();
        setMenuOpen(true);
      }}
    >
      <span
        className={`flex w-4 shrink-0 justify-center ${isMember ? 'ml-4' : ''}`}
        draggable={place !== null}
        onDragStart={(event) => {
          if (place === null) return;
          event.preventDefault();
          event.stopPropagation();
          host.startDrag([place]);
        }}
      >
        {canDrag && job.queuePlace !== null ? (
          <Button
            slot="drag"
            className="flex h-full w-6 shrink-0 cursor-grab items-center justify-center text-text-3"
            aria-label={t('transfers.dragLabel', { name: titleOf(job.names, t) })}
          >
            <GripVertical size={16} strokeWidth={1.75} aria-hidden />
          </Button>
        ) : (
          <>
            {/* What can be dragged must have one; this row has no place in the queue. */}
            {canDrag && <Button slot="drag" className="hidden" aria-label={t('action.open')} />}
            <Direction
              size={16}
              strokeWidth={1.75}
              aria-hidden
              className="mt-3 text-text-3 group-data-selected:hidden"
            />
            <Check
              size={16}
              strokeWidth={2.5}
              aria-hidden
              className="mt-3 hidden text-accent group-data-selected:block"
            />
          </>
        )}
      </span>
      <span className="flex min-w-0 flex-1 flex-col justify-center gap-0.5">
        <JobTitle job={job} isMember={isMember} />
        <JobLines job={id} />
        {isOpen && <span className="sr-only">{t('action.open')}</span>}
      </span>
      {/* What is over in words needs the room for them. */}
      {!isTold(job) && <JobDigits job={id} />}
      <Slots job={job} isMenuOpen={isMenuOpen} onMenuChange={setMenuOpen} />
    </div>
  );
});
