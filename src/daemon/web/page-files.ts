import type { MessagePort } from 'node:worker_threads';
import type { WebSocket } from 'ws';
import { PAGE_CLOSE } from '../../shared/page-frames.ts';
import type { AskPagePorts, TellPagePorts } from './page-files-messages.ts';
import { PageSocket } from './page-socket.ts';

/** Longer tickets are none. */
const MAX_TICKET_LENGTH = 64;

/** Files that pages hold, in the web worker: connects each page's socket with the data workers of its jobs. */
export class PageFiles {
  readonly #ask: (message: AskPagePorts) => void;
  readonly #waiting = new Map<number, WebSocket>();
  #nextCall = 1;

  /** @param ask posts to the host, which answers by {@link PageFiles.receive}. */
  constructor(ask: (message: AskPagePorts) => void) {
    this.#ask = ask;
  }

  /**
   * Takes over the socket of a page that has connected to `/page-files?ticket=...` and passed every check of the
   * server. Nothing is read from it before its ticket is known to be good.
   */
  serve(socket: WebSocket, ticket: string): void {
    if (ticket === '' || ticket.length > MAX_TICKET_LENGTH) {
      socket.close(PAGE_CLOSE.misbehaved, 'no-right');
      return;
    }
    socket.pause();
    const call = this.#nextCall++;
    this.#waiting.set(call, socket);
    this.#ask({ call, ticket });
  }

  /** What the host answers. */
  receive(message: unknown): void {
    const { call, ports } = message as TellPagePorts;
    const socket = this.#waiting.get(call);
    this.#waiting.delete(call);
    if (socket === undefined) return;
    socket.resume();
    if (ports === null) socket.close(PAGE_CLOSE.misbehaved, 'no-right');
    else
      servePageFiles(
        socket,
        ports.map(({ port }) => port),
      );
  }
}

/** Passes a page's files on to `ports`, which it owns, until either side ends. */
export function servePageFiles(socket: WebSocket, ports: readonly MessagePort[]): PageSocket {
  return new PageSocket(socket, ports);
}
