import { TriangleAlert } from 'lucide-react';
import { useEffect, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { escapeText } from '../../shared/escape.ts';
import type { HostApi } from '../../shared/host-api.ts';
import { failurePhrase } from '../format/failure-phrase.ts';
import { useTranslate } from '../i18n/translate.ts';
import type { Connection } from '../ports/connect.ts';
import { hostNewsStore } from '../store/host-news.ts';
import type { SpeedHistory } from '../store/speed-history.ts';
import { CodeText } from '../ui/code-text.tsx';
import { FerryMark } from '../ui/ferry-mark.tsx';
import { ConnectedApp } from './connected-app.tsx';

/** The connection as it changes, for React. */
export interface ConnectionSource {
  readonly current: () => {
    readonly now: Connection;
    readonly last: (Connection & { state: 'live' }) | null;
  };
  readonly subscribe: (listener: () => void) => () => void;
}

export interface RootProps {
  readonly connection: ConnectionSource;
  readonly speeds: SpeedHistory;
  readonly host: HostApi;
}

function Message({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <main className="h-full">
      <div className="flex h-full flex-col items-center justify-center gap-2 p-6 text-center" role="status">
        <FerryMark size={48} />
        <h1 className="text-20 font-semibold">{title}</h1>
        <p className="max-w-[48ch] text-text-2">
          <CodeText text={text} />
        </p>
      </div>
    </main>
  );
}

/** The app, or why it is not there. What was shown stays while the connection is tried again. */
export function Root({ connection, speeds, host }: RootProps) {
  const t = useTranslate();
  const { now, last } = useSyncExternalStore(connection.subscribe, connection.current);
  const engineFailure = useStore(hostNewsStore, (state) => state.engineFailure);
  const isLive = now.state === 'live';
  useEffect(() => {
    if (isLive) hostNewsStore.setState({ engineFailure: null });
  }, [isLive]);
  if (now.state === 'no-session') {
    return <Message title={t('session.missing')} text={t('session.missingHow')} />;
  }
  const words = engineFailure === null ? null : failurePhrase(t, engineFailure, null);
  if (last === null) {
    const text = words === null ? t('common.connecting') : t('app.cannotStart', { why: words });
    return <Message title={t('app.name')} text={text} />;
  }
  const name = last.store.getState().device.name;
  const lost = host.kind === 'browser' ? 'common.connectionLost' : 'common.engineRestarted';
  return (
    <>
      {/* In place of the totals, which are not true now; nothing is pushed. */}
      {!isLive && (
        <div
          role="status"
          className="fixed inset-x-0 bottom-0 z-50 flex h-10 items-center justify-center gap-2 border-t border-line bg-wait-tint px-4 text-13 text-wait max-medium:bottom-14"
        >
          <TriangleAlert size={16} strokeWidth={1.75} aria-hidden className="shrink-0" />
          {words === null ? t(lost, { name: escapeText(name) }) : t('app.cannotStart', { why: words })}
        </div>
      )}
      <ConnectedApp engine={last.engine} store={last.store} speeds={speeds} host={host} />
    </>
  );
}
