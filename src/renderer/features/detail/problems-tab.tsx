import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { isSettledProblem, type JobView, type Problem } from '../../../shared/job.ts';
import { isolate } from '../../format/isolate.ts';
import { countText } from '../../format/numbers.ts';
import { type ProblemLine, problemLines, reasonKeys } from '../../format/problem-groups.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { act } from '../../store/act.ts';
import { useApp } from '../../store/app-context.ts';
import { useAsk } from '../../store/use-ask.ts';
import { usePeerName } from '../../store/use-status.ts';
import { Button } from '../../ui/button.tsx';
import { NameText } from '../../ui/name-text.tsx';
import { Phrase } from '../../ui/phrase.tsx';
import { CADENCE } from '../../ui/use-cadence.ts';

const PAGE = 1_000;
const REASON_HEIGHT = 52;
const ENTRY_HEIGHT = 32;

/** All problems of a job, fetched a page at a time as long as this is shown. */
function useProblems(job: JobView): { readonly problems: readonly Problem[]; readonly total: number } {
  const ask = useAsk();
  const count = job.result?.problemCount ?? 0;
  const [found, setFound] = useState<{ problems: readonly Problem[]; total: number }>({
    problems: job.result?.problems ?? [],
    total: count,
  });
  useEffect(() => {
    let isOver = false;
    const load = async () => {
      const problems: Problem[] = [];
      let shownMs = Number.NEGATIVE_INFINITY;
      for (let total = count; problems.length < total; ) {
        const answer = await ask('jobs.problems', { job: job.job, offset: problems.length, limit: PAGE });
        if (isOver || !('output' in answer) || answer.output.problems.length === 0) break;
        problems.push(...answer.output.problems);
        total = answer.output.total;
        if (problems.length < total && performance.now() - shownMs < CADENCE.digitsMs) continue;
        shownMs = performance.now();
        setFound({ problems: [...problems], total });
      }
    };
    if (count > 0) void load();
    return () => {
      isOver = true;
    };
  }, [ask, job.job, count]);
  return found;
}

function Line({ line, device }: { readonly line: ProblemLine; readonly device: string }) {
  const t = useTranslate();
  const locale = useLanguage();
  if (line.kind === 'reason') {
    const keys = reasonKeys(line.reason);
    return (
      <div className="flex h-full flex-col justify-center">
        <p className="flex gap-2 text-14 font-medium">
          <span className="min-w-0 truncate">
            <Phrase text={t(keys.title, { device: isolate(device) })} />
          </span>
          <span className="text-text-2">{countText(line.count, locale)}</span>
        </p>
        <p className="truncate text-13 text-text-2">
          <Phrase text={t(keys.fix, { device: isolate(device) })} />
        </p>
      </div>
    );
  }
  const { path, code, reason } = line.problem;
  return (
    <div className="flex h-full items-center gap-3 pl-3 text-13">
      <NameText name={path} className="flex-1" />
      <details className="shrink-0 text-12 text-text-3">
        <summary className="cursor-default list-none rounded-control px-1">{t('common.details')}</summary>
        <span className="absolute right-2 z-10 rounded-control bg-raised px-2 py-1 text-text-2 shadow-floating">
          {t('detail.code', { code: reason === undefined ? code : `${code}, ${reason}` })}
        </span>
      </details>
    </div>
  );
}

/** What did not come out as asked: by reason, with one fix each. Only the lines in sight exist. */
export function ProblemsTab({ job }: { readonly job: JobView }) {
  const t = useTranslate();
  const locale = useLanguage();
  const { engine } = useApp();
  const device = usePeerName(job);
  const { problems, total } = useProblems(job);
  const lines = useMemo(() => problemLines(problems), [problems]);
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: (index) => (lines[index]?.kind === 'reason' ? REASON_HEIGHT : ENTRY_HEIGHT),
    overscan: 8,
  });
  useEffect(() => virtual.measure(), [virtual, lines]);
  if (total === 0) return <p className="py-3 text-13 text-text-2">{t('detail.noProblems')}</p>;
  const retryable = problems.filter((problem) => !isSettledProblem(problem)).length;
  return (
    <div className="flex flex-col gap-2">
      {retryable > 0 && job.between === null && (
        <Button
          kind="primary"
          className="self-start"
          onPress={() => void act(engine, job.job, 'jobs.again', { job: job.job, to: null, only: 'failed' })}
        >
          {t('detail.retryFailed', { n: countText(retryable, locale) })}
        </Button>
      )}
      <div
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        role="list"
        aria-label={t('detail.tab.problems', { n: countText(total, locale) })}
        className="max-h-80 overflow-y-auto rounded-control border border-line px-2 -outline-offset-2"
      >
        <div className="relative w-full" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const line = lines[item.index];
            return (
              <div
                key={item.key}
                role="listitem"
                aria-setsize={lines.length}
                aria-posinset={item.index + 1}
                className="absolute inset-x-0 top-0"
                style={{ height: item.size, transform: `translateY(${item.start}px)` }}
              >
                {line !== undefined && <Line line={line} device={device} />}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
