/** The only file of the shell that touches Electron's raw messages. */
import {
  type IpcMainEvent,
  type IpcMainInvokeEvent,
  ipcMain,
  type MessagePortMain,
  type WebContents,
} from 'electron';
import type { HostCommand } from '../shared/host-api.ts';
import { HOST_CHANNELS, type HostAsked, type HostTold } from '../shared/host-messages.ts';
import { isOwnFrame } from './app-address.ts';
import { readAsked, readTold } from './host-requests.ts';

export interface PageRequests {
  /** The page that may speak. */
  readonly page: WebContents;
  readonly onTold: (message: HostTold) => void;
  readonly onAsked: (message: HostAsked) => Promise<readonly string[] | null>;
}

/** Listens to the page. What comes from anybody else, or is no message of ours, is dropped unanswered. */
export function listenToPage(requests: PageRequests): void {
  const isPage = (event: IpcMainEvent | IpcMainInvokeEvent): boolean =>
    event.sender === requests.page && isOwnFrame(event.senderFrame);
  ipcMain.on(HOST_CHANNELS.tell, (event, raw: unknown) => {
    const message = isPage(event) ? readTold(raw) : null;
    if (message !== null) requests.onTold(message);
  });
  ipcMain.handle(HOST_CHANNELS.ask, async (event, raw: unknown) => {
    const message = isPage(event) ? readAsked(raw) : null;
    return message === null ? null : await requests.onAsked(message);
  });
}

export function sendCommand(page: WebContents, command: HostCommand): void {
  page.send(HOST_CHANNELS.command, command);
}

/** Passes the page's end of a channel to the engine on; nothing of what goes over it comes by here. */
export function sendEnginePort(page: WebContents, port: MessagePortMain): void {
  page.postMessage(HOST_CHANNELS.enginePort, null, [port]);
}
