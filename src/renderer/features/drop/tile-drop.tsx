import { Upload } from 'lucide-react';
import type { DragEvent, ReactNode } from 'react';
import { countText } from '../../format/numbers.ts';
import type { PhraseKey } from '../../i18n/catalogue.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { useApp, useEngine } from '../../store/app-context.ts';
import { copyToPeer } from '../../store/copy-order.ts';
import { dragStore, useDrag } from '../../store/drag-store.ts';
import { entryDragStore, useEntryDrag } from '../../store/entry-drag.ts';
import { NameText } from '../../ui/name-text.tsx';
import { pendingOfTransfer, sendToPeer } from './send-selection.ts';

export interface TileDropProps {
  readonly shortId: string;
  readonly children: ReactNode;
}

function holdsFiles(event: DragEvent): boolean {
  return event.dataTransfer.types.includes('Files');
}

/** Makes a device's tile a place to drop files on; says what letting go will do, without moving anything. */
export function TileDrop({ shortId, children }: TileDropProps) {
  const t = useTranslate();
  const locale = useLanguage();
  const app = useApp();
  const items = useDrag((drag) => (drag?.overPeer === shortId ? drag.items : null));
  const entries = useEntryDrag((drag) => (drag?.overPeer === shortId ? drag.from.length : null));
  const name = useEngine(({ peers }) => peers[shortId]?.name ?? '');
  const state = useEngine(({ peers }) => {
    const peer = peers[shortId];
    if (peer === undefined || peer.keyChanged) return 'blocked';
    if (!peer.paired) return 'unpaired';
    return peer.online ? 'ready' : 'offline';
  });
  const words = (count: number): string => {
    const simple: Partial<Record<typeof state, PhraseKey>> = {
      unpaired: 'drop.releaseUnpaired',
      offline: 'drop.releaseOffline',
    };
    const key = simple[state];
    if (key !== undefined) return t(key);
    return count === 0 ? t('drop.releaseSome') : t('drop.release', { count, n: countText(count, locale) });
  };
  /** Entries of a pane over this tile; whether it takes them. */
  const overWithEntries = (event: DragEvent): boolean => {
    const { drag } = entryDragStore.getState();
    if (drag === null || (state !== 'ready' && state !== 'offline')) return false;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    if (drag.overPeer !== shortId) entryDragStore.setState({ drag: { ...drag, overPeer: shortId } });
    return true;
  };
  const over = (event: DragEvent) => {
    if (overWithEntries(event)) return;
    if (!holdsFiles(event) || state === 'blocked') return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    const { drag } = dragStore.getState();
    const count = event.dataTransfer.items.length;
    if (drag?.overPeer === shortId && drag.items === count) return;
    dragStore.setState({ drag: { items: count, overPeer: shortId } });
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the same is in the tile's menu, and in Send
    <div
      data-drop-place
      className="relative min-w-0 flex-1"
      onDragEnter={over}
      onDragOver={over}
      onDragLeave={(event) => {
        const to = event.relatedTarget;
        if (to instanceof Node && event.currentTarget.contains(to)) return;
        dragStore.setState(({ drag }) => ({ drag: drag === null ? null : { ...drag, overPeer: null } }));
        entryDragStore.setState(({ drag }) => ({ drag: drag === null ? null : { ...drag, overPeer: null } }));
      }}
      onDrop={(event) => {
        const { drag } = entryDragStore.getState();
        if (overWithEntries(event) && drag !== null) {
          entryDragStore.setState({ drag: null });
          void copyToPeer(app, drag.from, shortId);
          return;
        }
        if (!holdsFiles(event) || state === 'blocked') return;
        event.preventDefault();
        dragStore.setState({ drag: null });
        const pending = pendingOfTransfer(app, event.dataTransfer);
        if (pending !== null) void sendToPeer(app, pending, shortId);
      }}
    >
      {children}
      {(items !== null || entries !== null) && (
        <div className="pointer-events-none absolute inset-0 flex items-center gap-2 rounded-tile bg-selected px-3 outline-2 -outline-offset-2 outline-accent forced-colors:bg-[Canvas]">
          <Upload size={20} strokeWidth={1.75} aria-hidden className="mr-1 shrink-0 text-accent" />
          <span className="min-w-0 flex-1">
            <NameText name={name} className="font-medium" />
            <span className="block truncate text-13 text-accent">
              {entries === null
                ? words(items ?? 0)
                : t('browse.release', { count: entries, n: countText(entries, locale) })}
            </span>
          </span>
        </div>
      )}
    </div>
  );
}
