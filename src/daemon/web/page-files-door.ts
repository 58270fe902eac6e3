import type { MessagePort } from 'node:worker_threads';
import type { Engine } from '../../engine/engine-options.ts';
import type { AskPagePorts, TellPagePorts } from './page-files-messages.ts';

/**
 * The engine thread's part: gives a page that has connected to the web worker the ways to its jobs. Told what the
 * worker asks, it answers through `post`. This is all that the engine thread ever does with a page's files.
 */
export function answerPageFiles(
  engine: Pick<Engine, 'attachPage'>,
  message: unknown,
  post: (answer: TellPagePorts, transfer: readonly MessagePort[]) => void,
): void {
  const { call, ticket } = message as AskPagePorts;
  try {
    const ports = engine.attachPage(ticket);
    post(
      { call, ports },
      ports.map(({ port }) => port),
    );
  } catch {
    post({ call, ports: null }, []);
  }
}
