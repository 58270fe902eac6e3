import { useCallback } from 'react';
import { Announcer } from '../features/announce/announcer.tsx';
import { BrowseView } from '../features/browse/browse-view.tsx';
import { JobDetail } from '../features/detail/job-detail.tsx';
import { Overview } from '../features/detail/overview.tsx';
import { DevicePage } from '../features/devices/device-page.tsx';
import type { SendToPeer } from '../features/devices/device-tile.tsx';
import { DevicesRail } from '../features/devices/devices-rail.tsx';
import { openPeerPage } from '../features/devices/open-peer.ts';
import { TileDrop } from '../features/drop/tile-drop.tsx';
import { WindowDrop } from '../features/drop/window-drop.tsx';
import { FirstRun, NobodyNear } from '../features/first-run/first-run.tsx';
import { NetworkTest } from '../features/network-test/network-test.tsx';
import { FirstOrders } from '../features/orders/first-orders.tsx';
import { Requests } from '../features/requests/requests.tsx';
import { SettingsView } from '../features/settings/settings-view.tsx';
import { TransfersView } from '../features/transfers/transfers-view.tsx';
import { useTranslate } from '../i18n/translate.ts';
import { useApp, useEngine, useView } from '../store/app-context.ts';
import { useWidth } from '../ui/use-width.ts';
import { Dialogs } from './dialogs.tsx';
import { Head } from './head.tsx';
import { pickToSend } from './pick-to-send.ts';
import { StatusBar } from './status-bar.tsx';
import { Tabs } from './tabs.tsx';
import { Toast } from './toast.tsx';
import { useHost } from './use-host.ts';
import { useMayClose } from './use-may-close.ts';
import { usePageTitle } from './use-page-title.ts';
import { useShortcuts } from './use-shortcuts.ts';

/** What the detail column holds: what was opened, else all copies together; a hint where there are none. */
function Detail() {
  const t = useTranslate();
  const job = useView((state) => state.selectedJob);
  const peer = useView((state) => state.selectedPeer);
  const hasJobs = useEngine((state) => Object.keys(state.jobs).length > 0);
  if (job !== null) return <JobDetail job={job} />;
  if (peer !== null) return <DevicePage shortId={peer} networkTest={NetworkTest} />;
  if (hasJobs) return <Overview />;
  return <p className="m-auto max-w-[32ch] p-6 text-center text-text-2">{t('app.nothingOpen')}</p>;
}

/** Whether there is nobody and nothing yet. */
function useIsFirstRun(): boolean {
  return useEngine(
    ({ peers, jobs, offers }) =>
      Object.keys(peers).length === 0 && Object.keys(jobs).length === 0 && Object.keys(offers).length === 0,
  );
}

function List() {
  const view = useView((state) => state.view);
  const isFirstRun = useIsFirstRun();
  if (view === 'settings') return <SettingsView onOpenPeer={openPeerPage} />;
  if (view === 'browse') return <BrowseView />;
  if (isFirstRun) return <FirstRun />;
  return (
    <>
      <FirstOrders />
      <Requests />
      <TransfersView />
    </>
  );
}

/** Rail, list and detail, as many of them as fit. */
export function Frame() {
  const t = useTranslate();
  const app = useApp();
  const width = useWidth();
  const view = useView((state) => state.view);
  const hasDetail = useView((state) => state.selectedJob !== null || state.selectedPeer !== null);
  const isFirstRun = useIsFirstRun();
  const send = useCallback<SendToPeer>((shortId, what) => pickToSend(app, what, shortId), [app]);
  useHost(pickToSend);
  useShortcuts(pickToSend);
  usePageTitle();
  useMayClose();
  const isNarrow = width === 'narrow';
  const showsRail = !isNarrow || (view === 'devices' && !hasDetail);
  const showsDetail =
    width === 'wide' ? view !== 'settings' && (hasDetail || (view !== 'browse' && !isFirstRun)) : hasDetail;
  const showsList = (!isNarrow || view !== 'devices') && (width === 'wide' || !hasDetail);
  const Detached = showsList ? 'section' : 'main';
  const Rail = isNarrow ? 'main' : 'aside';
  return (
    <div className="flex h-full flex-col">
      <div className="flex min-h-0 flex-1">
        {showsRail && (
          <Rail className="flex w-full min-w-0 flex-col border-line bg-surface medium:w-56 medium:shrink-0 medium:border-r wide:w-64">
            {isNarrow && <h1 className="sr-only">{t('view.devices')}</h1>}
            <DevicesRail tileDrop={TileDrop} onSend={send} empty={isNarrow ? <FirstRun /> : <NobodyNear />} />
          </Rail>
        )}
        {showsList && (
          <main className="flex min-w-0 flex-1 flex-col bg-bg">
            <h1 className="sr-only">{t(view === 'devices' ? 'view.transfers' : `view.${view}`)}</h1>
            <Head pick={pickToSend} />
            <List />
          </main>
        )}
        {showsDetail && (
          <Detached
            aria-label={t('common.details')}
            data-region="detail"
            className="flex min-w-0 flex-1 flex-col border-line bg-surface wide:w-[420px] wide:flex-none wide:border-l"
          >
            {!showsList && <h1 className="sr-only">{t('common.details')}</h1>}
            <Detail />
          </Detached>
        )}
      </div>
      <StatusBar />
      {isNarrow && <Tabs />}
      <Toast />
      <WindowDrop />
      <Announcer />
      <Dialogs pick={pickToSend} />
    </div>
  );
}
