import { ArrowDown, ArrowUp, Feather, HardDrive, type LucideIcon, Pause, Play } from 'lucide-react';
import { type JobRole, type JobView } from '../../shared/job.ts';
import { passesHere } from '../format/job-ends.ts';
import { bytesText, speedText } from '../format/numbers.ts';
import { useLanguage, useTranslate } from '../i18n/translate.ts';
import { useApp, useEngine } from '../store/app-context.ts';
import { toggleGentle } from '../store/gentle.ts';
import { isPausable, isPausedHere, pauseAll, resumeAll } from '../store/pause-all.ts';
import { Button } from '../ui/button.tsx';
import { CADENCE, useCadence } from '../ui/use-cadence.ts';

function speedOf(jobs: Readonly<Record<string, JobView>>, role: JobRole): number {
  let total = 0;
  for (const job of Object.values(jobs)) {
    if (job.role === role && job.state === 'running' && passesHere(job)) total += job.progress.bytesPerSecond;
  }
  return total;
}

interface TotalProps {
  readonly icon: LucideIcon;
  readonly role: JobRole;
  readonly label: 'app.sending' | 'app.receiving';
}

/** All copies of one direction together; two looks a second. */
function Total({ icon: Icon, role, label }: TotalProps) {
  const t = useTranslate();
  const locale = useLanguage();
  const speed = useCadence(
    useEngine((state) => speedOf(state.jobs, role)),
    CADENCE.digitsMs,
  );
  const text = speedText(speed, locale);
  return (
    <span className="flex w-24 shrink-0 items-center gap-1" role="img" aria-label={t(label, { speed: text })}>
      <Icon size={16} strokeWidth={1.75} aria-hidden className={speed > 0 ? 'text-accent' : 'text-text-3'} />
      <span className="min-w-0 truncate">{text}</span>
    </span>
  );
}

/** Both directions, or one word while nothing moves; the place is as wide either way. */
function Totals() {
  const t = useTranslate();
  const isMoving = useEngine(({ jobs }) =>
    Object.values(jobs).some(({ state }) => state === 'running' || state === 'finishing'),
  );
  return (
    <span className="flex w-52 shrink-0 items-center gap-3">
      {isMoving ? (
        <>
          <Total icon={ArrowUp} role="source" label="app.sending" />
          <Total icon={ArrowDown} role="destination" label="app.receiving" />
        </>
      ) : (
        <span className="truncate text-text-3">{t('app.idle')}</span>
      )}
    </span>
  );
}

/** Half the speed at one click, all of it at the next. What holds is said here; below 720 px by each job. */
function Gentle() {
  const t = useTranslate();
  const locale = useLanguage();
  const app = useApp();
  const limit = useEngine((state) => state.settings.gentleBytesPerSecond);
  const speed = limit === null ? '' : speedText(limit, locale);
  return (
    <Button
      kind="quiet"
      aria-pressed={limit !== null}
      aria-label={limit === null ? t('app.gentle') : t('app.gentleOn', { speed })}
      className={`medium:min-w-44 ${limit === null ? 'medium:justify-end!' : 'bg-selected'}`}
      onPress={() => toggleGentle(app)}
    >
      <Feather size={16} strokeWidth={1.75} aria-hidden />
      <span className="hidden medium:inline">
        {limit === null ? t('app.gentle') : t('app.gentleShort', { speed })}
      </span>
    </Button>
  );
}

/** One slot for both, so that nothing beside it moves. */
function PauseAll() {
  const t = useTranslate();
  const app = useApp();
  const canPause = useEngine((state) => Object.values(state.jobs).some(isPausable));
  const canResume = useEngine((state) => Object.values(state.jobs).some(isPausedHere));
  const isResume = !canPause && canResume;
  const Icon = isResume ? Play : Pause;
  return (
    <Button
      kind="quiet"
      className={`min-w-36 justify-end! ${canPause || canResume ? '' : 'invisible'}`}
      onPress={() => (isResume ? resumeAll(app) : pauseAll(app))}
    >
      <Icon size={16} strokeWidth={1.75} aria-hidden />
      {t(isResume ? 'app.resumeAll' : 'app.pauseAll')}
    </Button>
  );
}

/** Always there: how fast everything is together, the room in the inbox, and one button to stop it all. */
export function StatusBar() {
  const t = useTranslate();
  const locale = useLanguage();
  const free = useEngine((state) => state.device.inboxFreeBytes);
  return (
    <footer
      aria-label={t('app.status')}
      data-region="status"
      className="flex h-10 shrink-0 items-center gap-3 border-t border-line bg-surface pr-1 pl-4 text-13 text-text-2"
    >
      <Totals />
      <span className="hidden min-w-0 flex-1 items-center justify-center gap-2 medium:flex">
        <HardDrive size={16} strokeWidth={1.75} aria-hidden className="shrink-0" />
        <span className="truncate">
          {free === null ? t('app.inboxUnknown') : t('app.inboxFree', { size: bytesText(free, locale) })}
        </span>
      </span>
      <span className="ml-auto flex items-center gap-1">
        <PauseAll />
        <Gentle />
      </span>
    </footer>
  );
}
