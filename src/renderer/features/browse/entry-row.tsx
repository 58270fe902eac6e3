import { ChevronRight, File, FileQuestion, Folder, HardDrive, Link, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { escapeText } from '../../../shared/escape.ts';
import { bytesText, dayText } from '../../format/numbers.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { NameText } from '../../ui/name-text.tsx';
import { type BrowseEntry, isOpenable } from './browse-entry.ts';

const ICONS: Readonly<Record<BrowseEntry['type'], LucideIcon>> = {
  file: File,
  folder: Folder,
  link: Link,
  special: FileQuestion,
  share: HardDrive,
};

function Cell({ className, children }: { readonly className: string; readonly children: ReactNode }) {
  return (
    <span role="gridcell" className={className}>
      {children}
    </span>
  );
}

export interface EntryRowProps {
  readonly entry: BrowseEntry;
  readonly onOpen: () => void;
}

/** Name, size and date of one entry, in columns that never move. */
export function EntryRow({ entry, onOpen }: EntryRowProps) {
  const t = useTranslate();
  const locale = useLanguage();
  const Icon = ICONS[entry.type];
  const label = t('browse.open', { name: escapeText(entry.name) });
  return (
    <>
      <Cell className="flex min-w-0 flex-1 items-center gap-2">
        <Icon
          size={16}
          strokeWidth={1.75}
          aria-hidden
          className={`shrink-0 ${isOpenable(entry) ? 'text-accent' : 'text-text-3'}`}
        />
        <span className="sr-only">{t(`browse.type.${entry.type}`)} </span>
        <NameText name={entry.name} />
      </Cell>
      <Cell className="w-18 shrink-0 text-right whitespace-nowrap text-text-2">
        {entry.bytes === null ? '–' : bytesText(entry.bytes, locale)}
      </Cell>
      <Cell className="hidden w-24 shrink-0 text-right whitespace-nowrap text-text-2 @md:block">
        {entry.mtimeMs === null ? '–' : dayText(entry.mtimeMs, Date.now(), locale)}
      </Cell>
      <Cell className="flex w-8 shrink-0 justify-center">
        {isOpenable(entry) && (
          <button
            type="button"
            tabIndex={-1}
            aria-label={label}
            title={label}
            onClick={(event) => {
              event.stopPropagation();
              onOpen();
            }}
            className="flex size-8 cursor-default items-center justify-center rounded-control text-text-2 hover:bg-sunken hover:text-text"
          >
            <ChevronRight size={16} strokeWidth={1.75} aria-hidden />
          </button>
        )}
      </Cell>
    </>
  );
}
