import { ArrowLeft, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Heading, Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { ENDED_STATES, type JobView } from '../../../shared/job.ts';
import { limitedByText } from '../../format/limited-by.ts';
import { moreOf, titleOf } from '../../format/names.ts';
import { countText, speedText } from '../../format/numbers.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { useJob } from '../../store/use-job.ts';
import { useRoute } from '../../store/use-route.ts';
import { useStatus, useStatusContext } from '../../store/use-status.ts';
import { viewStore } from '../../store/view-store.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { JobRoute } from '../../ui/job-route.tsx';
import { NameText } from '../../ui/name-text.tsx';
import { Phrase } from '../../ui/phrase.tsx';
import { StatusLine } from '../../ui/status-line.tsx';
import { CADENCE } from '../../ui/use-cadence.ts';
import { AboutTab } from './about-tab.tsx';
import { ChartBlock } from './chart-block.tsx';
import { FilesTab } from './files-tab.tsx';
import { NextStep } from './next-step.tsx';
import { ProblemsTab } from './problems-tab.tsx';
import { VerificationNote } from './verification-note.tsx';
import { WhereFrom } from './where-from.tsx';

/** Closes it; the focus goes back to its row, where that is on the screen. */
function close(): void {
  const { selectedJob } = viewStore.getState();
  viewStore.setState({ selectedJob: null });
  if (selectedJob === null) return;
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>(`[role=row][data-key="${CSS.escape(selectedJob)}"]`)?.focus();
  });
}

function Title({ job }: { readonly job: JobView }) {
  const t = useTranslate();
  const more = moreOf(job.names);
  return (
    <div className="flex shrink-0 items-start gap-2 px-4 pt-3">
      <span className="-ml-2 wide:hidden">
        <IconButton icon={ArrowLeft} label={t('common.back')} onPress={close} />
      </span>
      <div className="min-w-0 flex-1 pt-1">
        <Heading level={2} className="flex min-w-0 gap-1 text-16 font-semibold">
          <NameText name={titleOf(job.names, t)} />
          {more > 0 && <span className="shrink-0 font-normal text-text-2">{`+${more}`}</span>}
        </Heading>
        <JobRoute route={useRoute(job)} className="text-13" />
      </div>
      <span className="hidden wide:block">
        <IconButton icon={X} label={t('common.close')} onPress={close} />
      </span>
    </div>
  );
}

/** The big number, twice a second; its line keeps its height. */
function Speed({ job: id }: { readonly job: string }) {
  const t = useTranslate();
  const locale = useLanguage();
  const job = useJob(id, CADENCE.digitsMs);
  if (job === undefined) return null;
  const isMoving = job.state === 'running' || job.state === 'finishing';
  const isEnded = ENDED_STATES.has(job.state);
  const average = job.progress.averageBytesPerSecond;
  const shown = isEnded ? average : isMoving ? job.progress.bytesPerSecond : null;
  return (
    <p className="flex h-8 items-baseline gap-3 whitespace-nowrap">
      <span className="w-36 shrink-0 text-28 font-semibold">{speedText(shown, locale)}</span>
      <span className="truncate text-13 text-text-2">
        {isEnded ? t('detail.onAverage') : t('detail.average', { speed: speedText(average, locale) })}
      </span>
    </p>
  );
}

/** What it does, and below it what limits it while it moves. */
function Now({ job }: { readonly job: JobView }) {
  const context = useStatusContext(job);
  const status = useStatus(job, job.role === 'source');
  if (ENDED_STATES.has(job.state)) {
    return (
      <div className="h-9">
        <StatusLine {...status} wraps />
      </div>
    );
  }
  const cause = job.state === 'running' ? limitedByText(job, context) : null;
  return (
    <div className="flex h-9 flex-col gap-1">
      <StatusLine parts={status.parts.filter((part) => part !== cause)} tone={status.tone} />
      <span key={cause} className="h-4 truncate text-13 text-text-2 first-letter:uppercase">
        {cause !== null && <Phrase text={cause} />}
      </span>
    </div>
  );
}

const TAB =
  'flex h-10 cursor-default items-center border-b-2 border-transparent px-3 text-14 text-text-2 -outline-offset-2 medium:h-8 data-hovered:text-text data-selected:border-accent data-selected:font-medium data-selected:text-text';

function More({ job }: { readonly job: JobView }) {
  const t = useTranslate();
  const locale = useLanguage();
  const problems = job.result?.problemCount ?? 0;
  return (
    <Tabs defaultSelectedKey={problems > 0 ? 'problems' : 'files'} className="flex flex-col">
      <TabList aria-label={t('detail.tabs')} className="flex border-b border-line">
        <Tab id="files" className={TAB}>
          {t('detail.tab.files')}
        </Tab>
        <Tab id="problems" className={TAB}>
          {t('detail.tab.problems', { n: countText(problems, locale) })}
        </Tab>
        <Tab id="about" className={TAB}>
          {t('detail.tab.about')}
        </Tab>
      </TabList>
      <TabPanel id="files" className="pt-3">
        <FilesTab job={job} />
      </TabPanel>
      <TabPanel id="problems" className="pt-3">
        <ProblemsTab job={job} />
      </TabPanel>
      <TabPanel id="about">
        <AboutTab job={job} />
      </TabPanel>
    </Tabs>
  );
}

/** One job at length. */
export function JobDetail({ job: id }: { readonly job: string }) {
  const t = useTranslate();
  const job = useJob(id, CADENCE.causeMs);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current?.scrollTo(0, 0);
  }, [id]);
  if (job === undefined) {
    return (
      <div className="flex flex-1 flex-col items-start gap-3 p-4">
        <IconButton icon={X} label={t('common.close')} onPress={close} />
        <p className="text-text-2">{t('detail.gone')}</p>
      </div>
    );
  }
  const isEnded = ENDED_STATES.has(job.state);
  return (
    <div
      data-region="detail"
      className="flex min-h-0 flex-1 flex-col"
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <Title job={job} />
      <div
        ref={place}
        className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-4 pt-2 pb-6 *:shrink-0"
      >
        <div className="flex flex-col gap-1">
          <Speed job={id} />
          <Now job={job} />
        </div>
        <NextStep job={job} />
        {job.verification !== null && <VerificationNote job={job} verification={job.verification} />}
        <ChartBlock key={id} job={job} />
        <WhereFrom job={job} />
        <More key={`${id} ${isEnded}`} job={job} />
      </div>
    </div>
  );
}
