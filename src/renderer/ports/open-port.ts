import { createMessagePortPort } from '../../bridge/message-port-port.ts';
import type { Port } from '../../bridge/port.ts';
import { connectWebSocket } from '../../bridge/web-socket-client-port.ts';
import { Failure } from '../../shared/failure.ts';
import { ENGINE_PORT_MESSAGE, type HostApi } from '../../shared/host-api.ts';

/** The one-time token of the link that opened this page; taken out of the address so that it is not kept. */
function takeToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('t');
  if (token !== null) history.replaceState(null, '', location.pathname);
  return token;
}

/** Turns the link's token into a session of this browser. A used one changes nothing: there may be a session. */
async function exchangeToken(signal: AbortSignal): Promise<void> {
  const token = takeToken();
  if (token === null) return;
  await fetch('/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token }),
    signal,
  }).catch(() => undefined);
}

/**
 * A carrier to the engine that serves this page.
 * @throws Failure `no-right` when this browser has no session there, `unreachable`.
 */
export async function openWebPort(signal: AbortSignal): Promise<Port> {
  await exchangeToken(signal);
  // A browser does not say why a WebSocket was refused, so the session is asked for first.
  const answer = await fetch('/session', { signal }).catch(() => null);
  if (answer === null) throw new Failure('unreachable', { subject: location.host });
  if (answer.status === 401) throw new Failure('no-right', { subject: location.host });
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  return await connectWebSocket(`${scheme}://${location.host}/bridge`, signal);
}

/** A carrier to the engine of the desktop app: the shell sends it when the engine runs. */
export async function openDesktopPort(host: HostApi, signal: AbortSignal): Promise<Port> {
  const arrived = new Promise<MessagePort>((resolve, reject) => {
    const take = (event: MessageEvent) => {
      const [port] = event.ports;
      if (event.source !== window || event.data !== ENGINE_PORT_MESSAGE || port === undefined) return;
      window.removeEventListener('message', take);
      resolve(port);
    };
    window.addEventListener('message', take);
    signal.addEventListener(
      'abort',
      () => {
        window.removeEventListener('message', take);
        reject(new Failure('cancelled'));
      },
      { once: true },
    );
  });
  host.requestEngine?.();
  return createMessagePortPort(await arrived);
}
