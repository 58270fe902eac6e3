import { type DragEvent, type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef } from 'react';
import {
  DropIndicator,
  GridList,
  GridListItem,
  ListLayout,
  type Selection,
  useDragAndDrop,
  Virtualizer,
} from 'react-aria-components';
import type { JobView } from '../../../shared/job.ts';
import { titleOf } from '../../format/names.ts';
import { useTranslate } from '../../i18n/translate.ts';
import { act } from '../../store/act.ts';
import { useApp } from '../../store/app-context.ts';
import { GROUP_PREFIX } from '../../store/job-list.ts';
import { noteBegun, viewStore } from '../../store/view-store.ts';
import { useWidth } from '../../ui/use-width.ts';
import { GroupRow } from './group-row.tsx';
import { JobRow } from './job-row.tsx';
import { keyMeaning, runKey } from './list-keys.ts';

const ROW_HEIGHT = 76;
/** Below 720 px, where the status takes two lines. */
const NARROW_ROW_HEIGHT = 92;
/** So many rows before the end, what is behind it is asked for. */
const AHEAD_ROWS = 20;

interface Row {
  readonly id: string;
  readonly isMember: boolean;
  readonly isFolded: boolean;
  readonly canDrag: boolean;
}

export interface JobListProps {
  readonly rows: readonly string[];
  readonly folded: ReadonlySet<string>;
  readonly onFold: (group: string, isFolded: boolean) => void;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
  /** Called when the end of the list is near; null: there is nothing behind it. */
  readonly onEnd: (() => void) | null;
}

/** Rows as the collection wants them: the same object as long as nothing about it changed. */
function useRows(rows: readonly string[], folded: ReadonlySet<string>, canDrag: boolean): readonly Row[] {
  const { store } = useApp();
  const known = useRef(new Map<string, Row>());
  return useMemo(() => {
    const { jobs } = store.getState();
    const groups = new Set(rows.filter((row) => row.startsWith(GROUP_PREFIX)));
    const made = rows.map((id) => {
      const isMember = groups.has(`${GROUP_PREFIX}${jobs[id]?.group ?? ''}`);
      const isFolded = folded.has(id.slice(GROUP_PREFIX.length));
      const old = known.current.get(id);
      if (old?.isMember === isMember && old.isFolded === isFolded && old.canDrag === canDrag) return old;
      return { id, isMember, isFolded, canDrag };
    });
    known.current = new Map(made.map((row) => [row.id, row]));
    return made;
  }, [rows, folded, canDrag, store]);
}

/** The transfers, virtual, with keys, selection and dragging within the queue. */
export function JobList({ rows, folded, onFold, selected, onSelect, onEnd }: JobListProps) {
  const t = useTranslate();
  const app = useApp();
  const { store } = app;
  const rowHeight = useWidth() === 'narrow' ? NARROW_ROW_HEIGHT : ROW_HEIGHT;
  const list = useRef<HTMLDivElement>(null);
  const job = (id: string | undefined): JobView | undefined =>
    id === undefined ? undefined : store.getState().jobs[id];
  const membersOf = (row: string): readonly JobView[] =>
    Object.values(store.getState().jobs).filter(({ group }) => `${GROUP_PREFIX}${group}` === row);
  const canDrag = rows.filter((row) => typeof job(row)?.queuePlace === 'number').length > 1;
  const items = useRows(rows, folded, canDrag);

  const moveBefore = (moved: JobView | undefined, before: string | null) => {
    if (moved === undefined || moved.queuePlace === null || moved.job === before) return;
    noteBegun();
    void act(app.engine, moved.job, 'jobs.reorder', { job: moved.job, before });
  };
  const { dragAndDropHooks } = useDragAndDrop({
    getItems: (keys) =>
      [...keys].map((key) => ({
        'ferry-job': String(key),
        'text/plain': titleOf(job(String(key))?.names ?? [], t),
      })),
    renderDropIndicator: (target) => (
      <DropIndicator target={target} className="data-drop-target:outline-2 data-drop-target:outline-accent" />
    ),
    onReorder({ keys, target }) {
      const index = rows.indexOf(String(target.key)) + (target.dropPosition === 'after' ? 1 : 0);
      const before = rows.slice(index).find((row) => typeof job(row)?.queuePlace === 'number') ?? null;
      for (const key of keys) moveBefore(job(String(key)), before);
    },
  });

  const openJob = (id: string) => {
    if (id.startsWith(GROUP_PREFIX)) {
      const group = id.slice(GROUP_PREFIX.length);
      onFold(group, !folded.has(group));
    } else viewStore.setState({ selectedJob: id, selectedPeer: null });
  };
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id) && !id.startsWith(GROUP_PREFIX)) next.add(id);
    onSelect(next);
  };
  const rowOf = (target: EventTarget): string | undefined =>
    target instanceof Element ? target.closest<HTMLElement>('[role=row]')?.dataset['key'] : undefined;

  const onKey = (event: KeyboardEvent) => {
    // Keys of a button or menu inside of a row are its own.
    if (!(event.target instanceof Element) || event.target.getAttribute('role') !== 'row') return;
    if (event.key === 'Escape' && selected.size === 0 && viewStore.getState().selectedJob !== null) {
      event.preventDefault();
      event.stopPropagation();
      viewStore.setState({ selectedJob: null });
      return;
    }
    const meaning = keyMeaning(event);
    const row = rowOf(event.target);
    if (meaning === null || row === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (meaning === 'select') {
      toggle(row);
      return;
    }
    const ids = selected.has(row) ? [...selected] : [row];
    const members = row.startsWith(GROUP_PREFIX)
      ? membersOf(row)
      : ids.map(job).filter((each) => each !== undefined);
    runKey(app, meaning, members);
  };
  const onPointer = (event: PointerEvent) => {
    const row = rowOf(event.target);
    if (!(event.metaKey || event.ctrlKey) || event.button !== 0 || row === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    toggle(row);
  };

  /** Only what is queued has a place to be dragged to. */
  const onDragStart = (event: DragEvent) => {
    const isRow = event.target instanceof Element && event.target.getAttribute('role') === 'row';
    if (!isRow || typeof job(rowOf(event.target))?.queuePlace === 'number') return;
    event.preventDefault();
    event.stopPropagation();
  };

  const lookForEnd = () => {
    const box = list.current?.querySelector('[role=grid]');
    if (box === null || box === undefined || onEnd === null) return;
    // Counted, since the box learns only later how high its rows are together.
    const below = rows.length * rowHeight - box.scrollTop - box.clientHeight;
    if (below < AHEAD_ROWS * rowHeight) onEnd();
  };
  // A list that does not fill its box cannot be scrolled.
  useEffect(lookForEnd);

  return (
    <div
      className="min-h-0 flex-1"
      onKeyDownCapture={onKey}
      onPointerDownCapture={onPointer}
      onDragStartCapture={onDragStart}
      onScrollCapture={lookForEnd}
      ref={list}
    >
      <Virtualizer layout={ListLayout} layoutOptions={{ rowHeight, padding: 0 }}>
        <GridList
          aria-label={t('transfers.title')}
          items={items}
          selectionMode="multiple"
          selectedKeys={selected}
          onSelectionChange={(keys: Selection) =>
            onSelect(
              new Set(
                keys === 'all' ? rows.filter((row) => !row.startsWith(GROUP_PREFIX)) : [...keys].map(String),
              ),
            )
          }
          onAction={(key) => openJob(String(key))}
          {...(canDrag ? { dragAndDropHooks } : {})}
          className="h-full overflow-x-hidden overflow-y-auto outline-none"
        >
          {(row: Row) => (
            <GridListItem
              id={row.id}
              data-key={row.id}
              textValue={titleOf((job(row.id) ?? membersOf(row.id)[0])?.names ?? [], t)}
              className={({ isSelected }) =>
                `group flex h-[92px] cursor-default medium:h-[76px] border-b border-line -outline-offset-2 transition-colors duration-120 data-hovered:bg-sunken ${isSelected ? 'bg-selected' : 'bg-surface'}`
              }
            >
              {row.id.startsWith(GROUP_PREFIX) ? (
                <GroupRow
                  group={row.id.slice(GROUP_PREFIX.length)}
                  isFolded={row.isFolded}
                  onFold={(isFolded) => onFold(row.id.slice(GROUP_PREFIX.length), isFolded)}
                />
              ) : (
                <JobRow job={row.id} isMember={row.isMember} canDrag={row.canDrag} />
              )}
            </GridListItem>
          )}
        </GridList>
      </Virtualizer>
    </div>
  );
}
