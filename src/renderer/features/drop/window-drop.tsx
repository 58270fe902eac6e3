import { useEffect } from 'react';
import { useTranslate } from '../../i18n/translate.ts';
import { type AppContext, useApp, useEngine, useView } from '../../store/app-context.ts';
import { dragStore, useDrag } from '../../store/drag-store.ts';
import { pageSources } from '../../store/page-sources.ts';
import { type MainView, viewStore } from '../../store/view-store.ts';
import {
  chooseDevicesFor,
  dropPending,
  pendingOfPicked,
  pendingOfTransfer,
  resumeWith,
  sendToPeer,
} from './send-selection.ts';
import { resumeLostPages } from './serve-page.ts';

const NARROW = '(max-width: 719px)';

/** A place of its own takes what is dropped on it. */
function hasOwnPlace(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[data-drop-place]') !== null;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, [contenteditable]') !== null;
}

/** Files held over the window: devices become targets, everything else is one place to drop. */
function listenForDrags(app: AppContext, signal: AbortSignal): void {
  let viewBefore: MainView | null = null;
  const end = () => {
    dragStore.setState({ drag: null });
    if (viewBefore !== null) viewStore.setState({ view: viewBefore });
    viewBefore = null;
  };
  const over = (event: DragEvent) => {
    const transfer = event.dataTransfer;
    if (transfer === null || !transfer.types.includes('Files')) return;
    const { drag } = dragStore.getState();
    if (drag === null) {
      dragStore.setState({ drag: { items: transfer.items.length, overPeer: null } });
      const { view, selectedJob, selectedPeer } = viewStore.getState();
      if (matchMedia(NARROW).matches && view !== 'devices' && selectedJob === null && selectedPeer === null) {
        viewBefore = view;
        viewStore.setState({ view: 'devices' });
      }
    }
    if (hasOwnPlace(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    transfer.dropEffect = 'copy';
  };
  const options = { capture: true, signal } as const;
  document.addEventListener('dragenter', over, options);
  document.addEventListener('dragover', over, options);
  document.addEventListener('dragleave', (event) => event.relatedTarget === null && end(), options);
  document.addEventListener(
    'drop',
    (event) => {
      const transfer = event.dataTransfer;
      if (transfer === null || !transfer.types.includes('Files')) return;
      if (hasOwnPlace(event.target)) {
        viewBefore = null;
        return;
      }
      event.preventDefault();
      event.stopPropagation();
      end();
      const pending = pendingOfTransfer(app, transfer);
      if (pending !== null) void chooseDevicesFor(app, pending);
    },
    options,
  );
}

function listenForPaste(app: AppContext, signal: AbortSignal): void {
  document.addEventListener(
    'paste',
    (event) => {
      const transfer = event.clipboardData;
      if (transfer === null || transfer.files.length === 0 || isTyping(event.target)) return;
      event.preventDefault();
      const pending = pendingOfTransfer(app, transfer);
      if (pending !== null) void chooseDevicesFor(app, pending);
    },
    { signal },
  );
}

/** Asks before the page is left while its files are being read. */
function guardLeaving(signal: AbortSignal): void {
  window.addEventListener(
    'beforeunload',
    (event) => {
      if (pageSources.isBusy) event.preventDefault();
    },
    { signal },
  );
}

/** What was dropped on an unpaired device goes there once it is paired, and is let go when it is not. */
function useAfterPairing(): void {
  const app = useApp();
  const target = useView((state) => state.pendingTarget);
  const isOpen = useView((state) => state.dialog?.kind === 'pair');
  const isPaired = useEngine((state) => target !== null && state.peers[target]?.paired === true);
  useEffect(() => {
    if (target === null) return;
    const { pending } = viewStore.getState();
    if (isPaired && pending !== null) {
      viewStore.setState({ pending: null, pendingTarget: null });
      void sendToPeer(app, pending, target);
    } else if (!isOpen && !isPaired) dropPending();
  }, [app, target, isOpen, isPaired]);
}

/** A job whose tab was closed asks for its files again. */
function useWantedPage(): void {
  const app = useApp();
  const wanted = useView((state) => state.pageWanted);
  useEffect(() => {
    if (wanted === null) return;
    viewStore.setState({ pageWanted: null });
    void app.host.pickFiles('files').then((items) => {
      const pending = items === null ? null : pendingOfPicked(items);
      if (pending !== null) void resumeWith(app, wanted, pending);
    });
  }, [app, wanted]);
}

/** Everything that comes into the window by hand: drags, pastes, and what waited for a pairing. */
export function WindowDrop() {
  const t = useTranslate();
  const app = useApp();
  const isOver = useDrag((drag) => drag !== null);
  const isOverPeer = useDrag((drag) => drag?.overPeer !== null);
  useEffect(() => {
    const ending = new AbortController();
    listenForDrags(app, ending.signal);
    listenForPaste(app, ending.signal);
    guardLeaving(ending.signal);
    resumeLostPages(app, ending.signal);
    return () => ending.abort();
  }, [app]);
  useAfterPairing();
  useWantedPage();
  if (!isOver) return null;
  return (
    // Below 720 px the devices are the whole screen: they stay as they are, and the words stand below them.
    <div className="pointer-events-none fixed inset-y-0 right-0 left-0 z-30 flex items-end justify-center p-6 max-medium:pb-28 medium:left-56 medium:items-center medium:bg-bg/80 wide:left-64">
      <p
        className={`rounded-tile border-2 border-dashed border-accent bg-surface px-6 py-4 text-16 font-medium ${isOverPeer ? 'invisible' : ''}`}
      >
        {t('drop.chooseDevices')}
      </p>
    </div>
  );
}
