import { useEffect, useRef, useState } from 'react';
import type { CopyPlace } from '../../../shared/browse.ts';
import { isolate, plainText } from '../../format/isolate.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { useApp, useEngine } from '../../store/app-context.ts';
import { browseStore, otherSide, PANE_SIDES, type PaneSide, useBrowse } from '../../store/browse-store.ts';
import { copyInto, copyToPeer } from '../../store/copy-order.ts';
import { useAsk } from '../../store/use-ask.ts';
import { MenuPopover } from '../../ui/menu.tsx';
import { Segments } from '../../ui/segments.tsx';
import { useWidth } from '../../ui/use-width.ts';
import { isOpenable } from './browse-entry.ts';
import { type BarMenuEntry, CopyBar } from './copy-bar.tsx';
import { chosenPlaces, placeLabel, type TargetContext, whyNotCopy } from './copy-target.ts';
import type { RootNames } from './crumb-label.ts';
import { EntryList } from './entry-list.tsx';
import { listMeaning } from './list-meaning.ts';
import { NewFolderDialog } from './new-folder-dialog.tsx';
import { PaneHead } from './pane-head.tsx';
import { PaneState } from './pane-state.tsx';
import { browsablePeers, type Pane, usePane } from './use-pane.ts';
import { usePaneDrop } from './use-pane-drop.ts';

/** What this device's roots are called; a desktop names its places by path. */
function useRootNames(): RootNames {
  const { host } = useApp();
  const ask = useAsk();
  const [roots, setRoots] = useState<RootNames>({});
  useEffect(() => {
    if (host.kind === 'desktop') return;
    void ask('places.roots', {}).then((answer) => {
      if ('failure' in answer) return;
      setRoots(Object.fromEntries(answer.output.map(({ root, name }) => [root, name])));
    });
  }, [ask, host]);
  return roots;
}

interface PaneListProps {
  readonly pane: Pane;
  readonly label: string;
  readonly onCopy: (from: readonly CopyPlace[], to: CopyPlace) => void;
  readonly onCopyAcross: () => void;
  readonly onNewFolder: () => void;
  readonly onMenu: (row: HTMLElement) => void;
}

function PaneList({ pane, label, onCopy, ...actions }: PaneListProps) {
  const drop = usePaneDrop(pane, onCopy);
  const { listing } = pane;
  const name = plainText(label);
  return (
    <PaneState pane={pane} label={name} drop={drop} onNewFolder={actions.onNewFolder}>
      {listing !== null && <EntryList pane={pane} listing={listing} label={name} drop={drop} {...actions} />}
    </PaneState>
  );
}

/** Two panes, this device and any other; what is chosen in one is copied to the other, by drag, key or button. */
export function BrowseView() {
  const t = useTranslate();
  const locale = useLanguage();
  const app = useApp();
  const here = useEngine((state) => state.device.name);
  const peers = useEngine((state) => state.peers);
  const active = useBrowse((state) => state.active);
  const isNarrow = useWidth() === 'narrow';
  const roots = useRootNames();
  const panes: Readonly<Record<PaneSide, Pane>> = { left: usePane('left'), right: usePane('right') };
  const lastJob = useBrowse((state) => state.lastJob);
  const [newFolderIn, setNewFolderIn] = useState<PaneSide | null>(null);
  const [menuRow, setMenuRow] = useState<HTMLElement | null>(null);
  const menuAt = useRef<HTMLElement | null>(null);
  menuAt.current = menuRow;

  const from = panes[active];
  const to = panes[otherSide(active)];
  const context: TargetContext = { t, locale, here, roots };
  const why = whyNotCopy(from, to, context);
  const target = placeLabel(to, context);
  const copy = async (places: readonly CopyPlace[], folder: CopyPlace) => {
    const job = await copyInto(app, places, folder);
    if (job === null) return;
    from.select({ ...from.selection, chosen: new Set() });
  };
  const copyAcross = () => {
    if (why === null) void copy(chosenPlaces(from), to.place);
  };
  const hasChosen = from.chosen.length > 0;
  const menu: readonly BarMenuEntry[] = [
    ...(hasChosen
      ? browsablePeers(peers).map((peer) => ({
          id: peer.shortId,
          label: plainText(t('browse.copyTo', { place: isolate(peer.name) })),
          run: () => void copyToPeer(app, chosenPlaces(from), peer.shortId),
        }))
      : []),
    ...(from.listing?.canWrite === true
      ? [{ id: 'new-folder', label: t('browse.newFolderMenu'), run: () => setNewFolderIn(active) }]
      : []),
  ];
  const [first] = from.chosen;
  const rowMenu: readonly BarMenuEntry[] = [
    ...(first !== undefined && from.chosen.length === 1 && isOpenable(first)
      ? [{ id: 'open', label: t('browse.openFolder'), run: () => from.go(first.place, true) }]
      : []),
    ...(why === null
      ? [{ id: 'across', label: plainText(t('browse.copyTo', { place: target })), run: copyAcross }]
      : []),
    ...menu,
  ];
  const madeIn = newFolderIn === null ? null : panes[newFolderIn];
  const sides = isNarrow ? [active] : PANE_SIDES;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is in it has the focus
    <div
      data-region="list"
      className="flex min-h-0 flex-1 flex-col bg-surface"
      onKeyDown={(event) => {
        // Anywhere in the view: the browser's own F5 would load the page anew.
        if (event.defaultPrevented || listMeaning(event, 1)?.kind !== 'copy') return;
        event.preventDefault();
        copyAcross();
      }}
    >
      {isNarrow && (
        <div className="flex shrink-0 overflow-x-auto px-2 pt-2">
          <Segments
            label={t('browse.pane')}
            selected={active}
            onSelect={(side) => browseStore.setState({ active: side })}
            items={PANE_SIDES.map((side) => ({
              id: side,
              label: plainText(placeLabel(panes[side], context)),
            }))}
          />
        </div>
      )}
      {/* Row by row, so that Tab goes from one list to the other. */}
      <div className="grid min-h-0 flex-1 grid-rows-[auto_minmax(0,1fr)] medium:grid-cols-2">
        {sides.map((side, index) => (
          <div key={side} className={`min-w-0 border-line ${index === 0 ? 'medium:border-r' : ''}`}>
            <PaneHead pane={panes[side]} roots={roots} onNewFolder={() => setNewFolderIn(side)} />
          </div>
        ))}
        {sides.map((side, index) => (
          <div
            key={side}
            className={`flex min-h-0 min-w-0 flex-col border-line ${index === 0 ? 'medium:border-r' : ''}`}
          >
            <PaneList
              pane={panes[side]}
              label={placeLabel(panes[side], context)}
              onCopy={(places, folder) => void copy(places, folder)}
              onCopyAcross={copyAcross}
              onNewFolder={() => panes[side].listing?.canWrite === true && setNewFolderIn(side)}
              onMenu={setMenuRow}
            />
          </div>
        ))}
      </div>
      <CopyBar
        chosen={from.chosen}
        why={why}
        target={target}
        onCopy={copyAcross}
        menu={menu}
        lastJob={lastJob}
        device={to.peer?.name ?? from.peer?.name ?? null}
      />
      <MenuPopover
        label={t('browse.rowMenu')}
        actions={rowMenu.map(({ id, label, run }) => ({ id, label, onAction: run }))}
        triggerRef={menuAt}
        isOpen={menuRow !== null && rowMenu.length > 0}
        onOpenChange={(isOpen) => !isOpen && setMenuRow(null)}
        placement="bottom start"
      />
      {madeIn !== null && madeIn.listing !== null && (
        <NewFolderDialog
          folder={madeIn.listing.place}
          device={madeIn.peer?.name ?? null}
          onClose={(made) => {
            setNewFolderIn(null);
            if (made !== null) madeIn.reload();
          }}
        />
      )}
    </div>
  );
}
