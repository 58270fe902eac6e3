import { useVirtualizer } from '@tanstack/react-virtual';
import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleEqual,
  CircleSlash2,
  File,
  Folder,
  Link2,
  type LucideIcon,
  Shapes,
} from 'lucide-react';
import { memo, useEffect, useRef } from 'react';
import { escapeText } from '../../../shared/escape.ts';
import { type JobView } from '../../../shared/job.ts';
import { type EntryState, type JobEntry, MAX_LISTED_ENTRIES } from '../../../shared/job-entry.ts';
import { isolate } from '../../format/isolate.ts';
import { bytesText, countText } from '../../format/numbers.ts';
import { reasonKeys, reasonOf } from '../../format/problem-groups.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { useEntries } from '../../store/use-entries.ts';
import { usePeerName } from '../../store/use-status.ts';
import { NameText } from '../../ui/name-text.tsx';
import { Phrase } from '../../ui/phrase.tsx';

const ROW_HEIGHT = 32;
/** Rows beyond what is in sight, so that scrolling meets no empty ones. */
const OVERSCAN = 12;

const TYPE_ICONS: Readonly<Record<JobEntry['type'], LucideIcon>> = {
  file: File,
  folder: Folder,
  link: Link2,
  special: Shapes,
};

const LOOKS: Readonly<Record<EntryState, { readonly icon: LucideIcon; readonly color: string }>> = {
  waiting: { icon: CircleDashed, color: 'text-text-3' },
  copied: { icon: CircleCheck, color: 'text-ok' },
  there: { icon: CircleEqual, color: 'text-text-2' },
  problem: { icon: CircleAlert, color: 'text-wait' },
  'not-copied': { icon: CircleSlash2, color: 'text-text-2' },
};

/** Folder and name; the folder is cut first. */
function EntryName({ path }: { readonly path: string }) {
  const cut = path.lastIndexOf('/') + 1;
  return (
    <span className="flex min-w-0 flex-1" title={escapeText(path)}>
      {cut > 0 && (
        <span className="min-w-0 truncate text-text-3" dir="auto">
          {escapeText(path.slice(0, cut))}
        </span>
      )}
      <NameText name={path.slice(cut)} className="max-w-full shrink-0" />
    </span>
  );
}

const EntryRow = memo(function EntryRow({
  entry,
  device,
}: {
  readonly entry: JobEntry;
  readonly device: string;
}) {
  const t = useTranslate();
  const locale = useLanguage();
  const Type = TYPE_ICONS[entry.type];
  const { icon: State, color } = LOOKS[entry.state];
  const words =
    entry.code === null
      ? t(`detail.entry.${entry.state}`)
      : t(reasonKeys(reasonOf(entry.code)).title, { device: isolate(device) });
  return (
    <div className="flex h-full min-w-0 items-center gap-2 px-2 text-13">
      <Type
        size={16}
        strokeWidth={1.75}
        className="shrink-0 text-text-3"
        aria-label={t(`detail.type.${entry.type}`)}
      />
      <EntryName path={entry.path} />
      <span className="w-14 shrink-0 text-right whitespace-nowrap text-text-2">
        {entry.type === 'file' ? bytesText(entry.bytes, locale) : ''}
      </span>
      <span className={`flex w-28 shrink-0 items-center gap-1 ${color}`}>
        <State size={16} strokeWidth={1.75} aria-hidden className="shrink-0" />
        <span className="truncate" title={words.replace(/[\u2068\u2069]/gu, '')}>
          <Phrase text={words} />
        </span>
      </span>
    </div>
  );
});

/** What is copied, entry by entry, and what became of each. Only the rows in sight exist, however many there are. */
export function FilesTab({ job }: { readonly job: JobView }) {
  const t = useTranslate();
  const locale = useLanguage();
  const device = usePeerName(job);
  const { total, at, show } = useEntries(job);
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: total ?? 0,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => show(first, last), [show, first, last]);
  if (total === null) return <p className="h-80 py-3 text-13 text-text-3">{t('detail.entriesLoading')}</p>;
  if (total === 0) return <p className="py-3 text-13 text-text-2">{t('detail.noEntries')}</p>;
  const n = countText(total, locale);
  return (
    <div className="flex flex-col gap-2">
      <p className="text-13 text-text-2">
        {t(total >= MAX_LISTED_ENTRIES ? 'detail.entriesCut' : 'detail.entries', { count: total, n })}
      </p>
      <div
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        role="list"
        aria-label={t('detail.tab.files')}
        className="h-80 overflow-y-auto rounded-control border border-line -outline-offset-2"
      >
        <div className="relative w-full" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const entry = at(item.index);
            return (
              <div
                key={item.key}
                role="listitem"
                aria-setsize={total}
                aria-posinset={item.index + 1}
                className="absolute inset-x-0 top-0"
                style={{ height: item.size, transform: `translateY(${item.start}px)` }}
              >
                {entry !== null && <EntryRow entry={entry} device={device} />}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
