import { Inbox, X } from 'lucide-react';
import { useCallback, useState } from 'react';
import { isolate } from '../../format/isolate.ts';
import { countText } from '../../format/numbers.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { useApp, useEngine, useView } from '../../store/app-context.ts';
import { GROUP_PREFIX } from '../../store/job-list.ts';
import { useOlderJobs } from '../../store/older-jobs.ts';
import { removeEnded } from '../../store/remove-jobs.ts';
import { useJobList } from '../../store/use-job-list.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Phrase } from '../../ui/phrase.tsx';
import { Filters } from './filters.tsx';
import { JobList } from './job-list.tsx';
import { togglePause } from './list-keys.ts';
import { useHeldRows } from './use-held-rows.ts';

const NOTHING: ReadonlySet<string> = new Set();

function Empty({ hasRequests }: { readonly hasRequests: boolean }) {
  const t = useTranslate();
  const filter = useView((state) => state.filter);
  const search = useView((state) => state.search);
  // What needs somebody then stands above the list.
  const isAnswered = filter !== 'needs-you' || !hasRequests;
  return (
    <div className="flex min-h-0 flex-1 flex-col items-center justify-center gap-3 p-6 text-center text-text-2">
      <Inbox size={20} strokeWidth={1.75} aria-hidden className="text-text-3" />
      <p>
        <Phrase
          text={
            search === ''
              ? t(isAnswered ? `transfers.empty.${filter}` : 'transfers.empty.onlyRequests')
              : t('transfers.empty.search', { query: isolate(search) })
          }
        />
      </p>
    </div>
  );
}

interface SelectionBarProps {
  readonly selected: ReadonlySet<string>;
  readonly onClear: () => void;
}

function SelectionBar({ selected, onClear }: SelectionBarProps) {
  const t = useTranslate();
  const locale = useLanguage();
  const app = useApp();
  const jobs = () => {
    const all = app.store.getState().jobs;
    return [...selected].map((id) => all[id]).filter((job) => job !== undefined);
  };
  return (
    <div className="flex min-w-0 flex-1 items-center gap-2">
      <IconButton icon={X} label={t('transfers.clearSelection')} onPress={onClear} />
      <span className="min-w-0 flex-1 truncate text-13 text-text-2">
        {t('transfers.selected', { count: selected.size, n: countText(selected.size, locale) })}
      </span>
      <Button kind="quiet" onPress={() => togglePause(app, jobs())}>
        {t(jobs().some((job) => job.waitingFor === 'paused') ? 'action.resume' : 'action.pause')}
      </Button>
      <Button
        kind="quiet"
        onPress={() => {
          removeEnded(app, [...selected]);
          onClear();
        }}
      >
        {t('action.remove')}
      </Button>
    </div>
  );
}

/** One list of everything that is copied, in and out. */
export function TransfersView() {
  const t = useTranslate();
  const locale = useLanguage();
  const { store } = useApp();
  const filter = useView((state) => state.filter);
  const search = useView((state) => state.search);
  const leaving = useView((state) => state.leaving);
  const begun = useView((state) => state.begun);
  const offers = useEngine((state) => Object.keys(state.offers).length);
  const [folded, setFolded] = useState(NOTHING);
  const [marked, setMarked] = useState(NOTHING);
  const { rows: now, counts } = useJobList({ filter, search, folded, leaving });
  const older = useOlderJobs(search);
  const reachesOlder = older.hasMore && (filter === 'all' || filter === 'finished');
  const exists = useCallback(
    (row: string) => {
      const { jobs } = store.getState();
      if (!row.startsWith(GROUP_PREFIX)) return row in jobs && !leaving.includes(row);
      return Object.values(jobs).some(({ group }) => `${GROUP_PREFIX}${group}` === row);
    },
    [store, leaving],
  );
  const foldedKey = [...folded].join(' ');
  const held = useHeldRows(now, `${filter} ${search} ${begun} ${foldedKey}`, exists);
  const selected = new Set([...marked].filter((row) => held.rows.includes(row)));
  const onFold = (group: string, isFolded: boolean) => {
    const next = new Set(folded);
    if (isFolded) next.add(group);
    else next.delete(group);
    setFolded(next);
  };
  return (
    <div data-region="list" className="flex min-h-0 flex-1 flex-col">
      <div
        data-region="filters"
        className="flex h-14 shrink-0 items-center gap-2 border-b border-line px-3 medium:h-11"
      >
        {selected.size > 0 ? (
          <SelectionBar selected={selected} onClear={() => setMarked(NOTHING)} />
        ) : (
          <Filters
            counts={{ ...counts, 'needs-you': counts['needs-you'] + offers }}
            hasMore={older.hasMore && search === ''}
          />
        )}
      </div>
      <div
        className="relative flex min-h-0 flex-1 flex-col"
        onPointerEnter={() => held.setPointer(true)}
        onPointerLeave={() => held.setPointer(false)}
        onFocus={() => held.setFocus(true)}
        onBlur={(event) => held.setFocus(event.currentTarget.contains(event.relatedTarget))}
      >
        {held.rows.length === 0 ? (
          <Empty hasRequests={offers > 0} />
        ) : (
          <JobList
            rows={held.rows}
            folded={folded}
            onFold={onFold}
            selected={selected}
            onSelect={setMarked}
            onEnd={reachesOlder ? older.load : null}
          />
        )}
        {held.unseen > 0 && (
          <div className="pointer-events-none absolute inset-x-0 top-2 flex justify-center">
            <Button kind="primary" className="pointer-events-auto shadow-floating" onPress={held.release}>
              {t('transfers.new', { count: held.unseen, n: countText(held.unseen, locale) })}
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}
