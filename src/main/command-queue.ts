import type { HostCommand } from '../shared/host-api.ts';

/** Nobody orders so much while a page loads. */
const MAX_KEPT = 100;

/** Commands on their way to the page: kept while it loads, handed over in order when it is ready. */
export class CommandQueue {
  readonly #deliver: (command: HostCommand) => void;
  readonly #kept: HostCommand[] = [];
  #ready = false;

  constructor(deliver: (command: HostCommand) => void) {
    this.#deliver = deliver;
  }

  send(command: HostCommand): void {
    if (this.#ready) this.#deliver(command);
    else if (this.#kept.length < MAX_KEPT) this.#kept.push(command);
  }

  /** The page listens now. */
  pageReady(): void {
    this.#ready = true;
    for (const command of this.#kept.splice(0)) this.#deliver(command);
  }

  /** The page is gone or loads anew. */
  pageGone(): void {
    this.#ready = false;
  }
}
