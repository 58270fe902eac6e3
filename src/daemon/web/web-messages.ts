import type { MessagePort } from 'node:worker_threads';
import type { FailureData } from '../../shared/failure.ts';
import type { AskPagePorts, TellPagePorts } from './page-files-messages.ts';
import type { WebAddress } from './web-address.ts';

/** What the web worker is started with. */
export interface WebWorkerData {
  readonly address: WebAddress;
  /** Folder of the built page. */
  readonly pageRoot: string;
  /** Id of this device; names the cookie. */
  readonly deviceId: string;
}

/** One finished, received job, as far as a download needs to know it. */
export interface DownloadableJob {
  /** Folder that it was put in. */
  readonly into: string;
  /** Top-level names as they are shown; those that had to give way to another one have the new name. */
  readonly names: readonly string[];
}

/** Engine thread to web worker. */
export type ToWebWorker =
  | { readonly kind: 'make-token'; readonly id: number }
  /** Null: there is no such job, or nothing of it to download. */
  | { readonly kind: 'download-job'; readonly id: number; readonly job: DownloadableJob | null }
  | { readonly kind: 'page-files'; readonly message: TellPagePorts }
  | { readonly kind: 'stop' };

/** Web worker to engine thread. */
export type FromWebWorker =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'failed'; readonly failure: FailureData }
  | { readonly kind: 'token'; readonly id: number; readonly token: string }
  /** A page with a session speaks the bridge over this port. */
  | { readonly kind: 'page'; readonly port: MessagePort }
  | { readonly kind: 'find-download'; readonly id: number; readonly job: string }
  | { readonly kind: 'page-files'; readonly message: AskPagePorts };
