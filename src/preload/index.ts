/** Runs in the sandbox beside the page, built to CommonJS. It hands over one object and the ports to the engine. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { ENGINE_PORT_MESSAGE, HOST_GLOBAL, type HostCommand } from '../shared/host-api.ts';
import { HOST_CHANNELS } from '../shared/host-messages.ts';
import { createPageHost } from './page-host.ts';

/** The page's window; this room is checked without the browser's types. */
declare const window: {
  readonly location: { readonly origin: string };
  postMessage(message: string, origin: string, transfer: readonly unknown[]): void;
};

let commandListener: ((command: HostCommand) => void) | null = null;

ipcRenderer.on(HOST_CHANNELS.command, (_event, command: HostCommand) => commandListener?.(command));
// The bridge between the two worlds cannot carry ports; a window message can.
ipcRenderer.on(HOST_CHANNELS.enginePort, (event) =>
  window.postMessage(ENGINE_PORT_MESSAGE, window.location.origin, event.ports),
);

contextBridge.exposeInMainWorld(
  HOST_GLOBAL,
  createPageHost(
    {
      tell: (message) => ipcRenderer.send(HOST_CHANNELS.tell, message),
      ask: (message) => ipcRenderer.invoke(HOST_CHANNELS.ask, message),
      onCommand: (listener) => {
        commandListener = listener;
      },
      pathOf: (file) => webUtils.getPathForFile(file),
    },
    process.platform,
  ),
);
