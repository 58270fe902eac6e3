import { MessageChannelMain, type MessagePortMain, utilityProcess } from 'electron';
import type { EngineChild } from './engine-supervisor.ts';

/** Starts the engine's process from its built entry. */
export function forkEngine(entry: string): EngineChild<MessagePortMain> {
  const child = utilityProcess.fork(entry, [], { serviceName: 'Ferry engine' });
  return {
    post: (message, port) => child.postMessage(message, port === null ? [] : [port]),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', listener),
    kill: () => void child.kill(),
  };
}

/** A new channel: one end for the engine, one for the page. */
export function makeEngineChannel(): { engineEnd: MessagePortMain; pageEnd: MessagePortMain } {
  const { port1, port2 } = new MessageChannelMain();
  return { engineEnd: port1, pageEnd: port2 };
}
