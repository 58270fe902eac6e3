import type { PagePort } from '../../engine/engine-options.ts';

/** Between the web worker's part for page-held files and its host; content never passes here. */

/** Web worker to host: a page has connected with this ticket. */
export interface AskPagePorts {
  readonly call: number;
  readonly ticket: string;
}

/** Host to web worker: the ways to the page's jobs, null for a ticket that is not good. Ports are transferred. */
export interface TellPagePorts {
  readonly call: number;
  readonly ports: readonly PagePort[] | null;
}
