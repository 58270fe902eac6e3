import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type DragEvent, type MouseEvent, useEffect, useLayoutEffect, useRef } from 'react';
import { placeKey } from '../../format/places.ts';
import { ENTRY_DRAG_TYPE, entryDragStore } from '../../store/entry-drag.ts';
import { classNames } from '../../ui/class-names.ts';
import { type BrowseEntry, isOpenable } from './browse-entry.ts';
import { EntryRow } from './entry-row.tsx';
import { type ListKey, type ListMeaning, listMeaning } from './list-meaning.ts';
import { findTyped, goToRow } from './row-selection.ts';
import type { Listing } from './use-listing.ts';
import type { Pane } from './use-pane.ts';
import type { PaneDrop } from './use-pane-drop.ts';
import { usePaneKeys } from './use-pane-keys.ts';

const ROW_HEIGHT = 32;
/** So many rows before the end of what is known, the next page is asked for. */
const AHEAD_ROWS = 100;
/** Letters typed one after the other within this time are one word. */
const TYPING_MS = 700;

export interface EntryListProps {
  readonly pane: Pane;
  readonly listing: Listing;
  readonly label: string;
  /** Copies what is chosen to the other pane. */
  readonly onCopyAcross: () => void;
  readonly drop: PaneDrop;
  readonly onNewFolder: () => void;
  /** A menu for what is chosen, at that row. */
  readonly onMenu: (row: HTMLElement) => void;
}

/** The rows of a folder: virtual, by mouse and by keys as in a file manager. */
export function EntryList(props: EntryListProps) {
  const { pane, listing, label, onCopyAcross, drop, onNewFolder, onMenu } = props;
  const { selection, names, more } = pane;
  const { entries, next } = listing;
  const box = useRef<HTMLDivElement>(null);
  const typed = useRef({ text: '', atMs: 0 });
  const focus = Math.min(selection.focus, entries.length - 1);
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    // What has the focus stays, however far away it is scrolled.
    rangeExtractor: (range) =>
      [...new Set([...defaultRangeExtractor(range), Math.max(0, focus)])].sort((a, b) => a - b),
  });
  const rows = virtual.getVirtualItems();
  const lastRow = virtual.range?.endIndex ?? 0;
  useEffect(() => {
    if (next !== null && lastRow >= entries.length - AHEAD_ROWS) more();
  }, [next, lastRow, entries.length, more]);

  const focusRow = (index: number) => {
    virtual.scrollToIndex(index, { align: 'auto' });
    requestAnimationFrame(() =>
      box.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus({ preventScroll: true }),
    );
  };
  const key = placeKey(listing.place);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each folder that is shown
  useLayoutEffect(() => {
    if (pane.takeFocus()) {
      // The row may have to be scrolled to first; until then the keys come to the list, which is there at once.
      box.current?.focus({ preventScroll: true });
      focusRow(Math.max(0, focus));
    } else if (focus >= 0) virtual.scrollToIndex(focus, { align: 'auto' });
  }, [key]);

  const open = (entry: BrowseEntry | undefined, isByKey: boolean) => {
    if (entry !== undefined && isOpenable(entry)) pane.go(entry.place, isByKey);
  };
  const type = (letter: string) => {
    const nowMs = performance.now();
    const isSameWord = nowMs - typed.current.atMs < TYPING_MS;
    const text = isSameWord ? typed.current.text + letter : letter;
    typed.current = { text, atMs: nowMs };
    // The first letter looks further, so that pressing it again goes to the next one.
    const found = findTyped(names, isSameWord ? focus : focus + 1, text);
    if (found === null) return;
    pane.select(goToRow(selection, names, found, 'one'));
    focusRow(found);
  };
  const act = (meaning: ListMeaning) => {
    switch (meaning.kind) {
      case 'go': {
        const went = goToRow(selection, names, meaning.to(focus, names.length), meaning.mode);
        pane.select(went);
        return focusRow(went.focus);
      }
      case 'toggle':
        return pane.select(goToRow(selection, names, focus, 'toggle'));
      case 'open':
        return open(entries[focus], true);
      case 'up':
        return pane.up(true);
      case 'copy':
        return onCopyAcross();
      case 'all':
        return pane.select({ ...selection, chosen: new Set(names) });
      case 'none':
        return pane.select({ ...selection, chosen: new Set() });
      case 'new-folder':
        return onNewFolder();
      case 'type':
        return type(meaning.letter);
    }
  };
  const press = (key: ListKey): boolean => {
    const pageRows = Math.max(1, Math.floor((box.current?.clientHeight ?? ROW_HEIGHT) / ROW_HEIGHT) - 1);
    const isTyping = performance.now() - typed.current.atMs < TYPING_MS;
    const meaning =
      key.key === ' ' && isTyping ? ({ kind: 'type', letter: ' ' } as const) : listMeaning(key, pageRows);
    if (meaning === null || (meaning.kind === 'none' && selection.chosen.size === 0)) return false;
    act(meaning);
    return true;
  };
  const onKeyDown = usePaneKeys(pane, press);

  const onClick = (event: MouseEvent, index: number) => {
    pane.typedAhead.drop();
    const mode = event.shiftKey ? 'range' : event.ctrlKey || event.metaKey ? 'toggle' : 'one';
    pane.select(goToRow(selection, names, index, mode));
  };
  const onDragStart = (event: DragEvent, index: number) => {
    const entry = entries[index];
    if (entry === undefined || !entry.canName) return;
    const isChosen = selection.chosen.has(entry.name);
    if (!isChosen) pane.select(goToRow(selection, names, index, 'one'));
    const from = isChosen ? pane.chosen.map(({ place }) => place) : [entry.place];
    event.dataTransfer.setData(ENTRY_DRAG_TYPE, String(from.length));
    event.dataTransfer.effectAllowed = 'copy';
    entryDragStore.setState({ drag: { from, folder: listing.place, overPeer: null } });
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a table has no rows that are not there
    <div
      ref={box}
      role="grid"
      aria-label={label}
      aria-multiselectable
      aria-busy={pane.isLoading}
      aria-rowcount={next === null ? entries.length : -1}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      {...drop.handlers}
      className={classNames(
        '@container relative min-h-0 flex-1 overflow-x-hidden overflow-y-auto',
        drop.over === '' ? 'bg-selected outline-2 -outline-offset-2 outline-accent' : 'outline-none',
      )}
    >
      <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
        {rows.map(({ index, start }) => {
          const entry = entries[index];
          if (entry === undefined) return null;
          const isChosen = selection.chosen.has(entry.name);
          return (
            // biome-ignore lint/a11y/useSemanticElements: as above
            <div
              key={entry.name}
              role="row"
              data-index={index}
              aria-rowindex={index + 1}
              aria-selected={isChosen}
              tabIndex={index === Math.max(0, focus) ? 0 : -1}
              draggable={entry.canName}
              onClick={(event) => onClick(event, index)}
              onDoubleClick={() => open(entry, true)}
              onDragStart={(event) => onDragStart(event, index)}
              onDragEnd={() => entryDragStore.setState({ drag: null })}
              onContextMenu={(event) => {
                event.preventDefault();
                if (!isChosen) pane.select(goToRow(selection, names, index, 'one'));
                onMenu(event.currentTarget);
              }}
              className={classNames(
                'absolute inset-x-0 flex h-8 cursor-default items-center gap-2 pl-3 text-13 -outline-offset-2 select-none',
                isChosen ? 'bg-selected forced-colors:outline-1' : 'hover:bg-sunken',
                drop.over === entry.name && 'bg-selected outline-2 outline-accent',
              )}
              style={{ transform: `translateY(${start}px)` }}
            >
              <EntryRow entry={entry} onOpen={() => open(entry, true)} />
            </div>
          );
        })}
      </div>
    </div>
  );
}
