/** Entry of the utility process that holds the engine: plain Node but for the port to its parent. */
import { createMessagePortPort, type ElectronMessagePort } from '../bridge/message-port-port.ts';
import { EngineKeeper } from './engine-keeper.ts';
import { type FromEngineProcess, toEngineProcess } from './engine-messages.ts';
import { openHomeSession } from './home-session.ts';

interface ParentPort {
  on(
    event: 'message',
    listener: (event: { readonly data: unknown; readonly ports: readonly ElectronMessagePort[] }) => void,
  ): unknown;
  postMessage(message: FromEngineProcess): void;
}

function parentPort(): ParentPort {
  const parent: unknown = Reflect.get(process, 'parentPort');
  if (typeof parent !== 'object' || parent === null) throw new Error('this is started by the desktop app');
  return parent as ParentPort;
}

const parent = parentPort();
const keeper = new EngineKeeper({
  open: (signal) => openHomeSession(process.env, signal),
  tell: (message) => parent.postMessage(message),
});

parent.on('message', ({ data, ports }) => {
  const parsed = toEngineProcess.safeParse(data);
  const [port] = ports;
  if (parsed.data?.kind === 'stop') keeper.stop();
  if (parsed.data?.kind === 'port' && port !== undefined) keeper.take(createMessagePortPort(port));
});

await keeper.run();
