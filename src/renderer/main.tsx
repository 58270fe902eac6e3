import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { HOST_GLOBAL, type HostApi } from '../shared/host-api.ts';
import { languageOf } from './app/connected-app.tsx';
import { fontReady, themeAtStart } from './app/first-look.ts';
import { listenToHost } from './app/host-commands.ts';
import { type ConnectionSource, Root } from './app/root.tsx';
import { startTranslation } from './i18n/translate.ts';
import { createBrowserHost } from './ports/browser-host.ts';
import { type Connection, keepConnected } from './ports/connect.ts';
import { openDesktopPort, openWebPort } from './ports/open-port.ts';
import { SpeedHistory } from './store/speed-history.ts';

// Compiling schemas takes `new Function`, which the page's own policy forbids.
z.config({ jitless: true });

function desktopHost(): HostApi | null {
  const found: unknown = Reflect.get(window, HOST_GLOBAL);
  return typeof found === 'object' && found !== null ? (found as HostApi) : null;
}

const desktop = desktopHost();
const host = desktop ?? createBrowserHost();
const speeds = new SpeedHistory();

let shown: ReturnType<ConnectionSource['current']> = { now: { state: 'connecting' }, last: null };
const listeners = new Set<() => void>();

function show(now: Connection): void {
  shown = { now, last: now.state === 'live' ? now : shown.last };
  for (const listener of listeners) listener();
}

const connection: ConnectionSource = {
  current: () => shown,
  subscribe: (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

document.documentElement.dataset['theme'] = themeAtStart();
listenToHost(host);
const hasFont = fontReady();
// A fresh link that is opened in the same tab changes only what follows the #, which loads nothing by itself.
window.addEventListener('hashchange', () => {
  if (shown.now.state === 'no-session') location.reload();
});
void keepConnected(
  {
    open: (signal) => (desktop === null ? openWebPort(signal) : openDesktopPort(desktop, signal)),
    onEvent: (event) => speeds.note(event),
    onChange: show,
  },
  new AbortController().signal,
);
await Promise.all([startTranslation(languageOf('system')), hasFont]);
const place = document.getElementById('root');
if (place === null) throw new Error('the page has no place for the app');
createRoot(place).render(
  <StrictMode>
    <Root connection={connection} speeds={speeds} host={host} />
  </StrictMode>,
);
