import type { MessagePort } from 'node:worker_threads';
import type { FailureData } from '../../shared/failure.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { CancelKeep, ConflictQuestion, JobProgress, JobResult, WaitingFor } from '../../shared/job.ts';
import type { NetworkTestStep } from '../../shared/network-test.ts';
import type { LedgerMemory } from '../disk/space-ledger.ts';
import type { Identity } from '../identity/identity.ts';
import type { KnownFile, WantedContent } from '../reuse/known-files.ts';
import type { BrowseAnswer, BrowseOrder } from '../source/browse-folder.ts';
import type { PageItem } from '../source/page-tree.ts';
import type { SelectedItem } from '../source/selection.ts';
import type { Claim } from './claim.ts';
import type { DataAddress, HandedSocket } from './data-socket.ts';
import type { DiskTrouble } from './disk-trouble.ts';
import type { FirstTaker } from './handed-descriptors.ts';
import type { ClashAnswer } from './held-clashes.ts';
import type { MeasureOrder } from './measure-session.ts';
import type { PullOrder, StopReason } from './pull-order.ts';
import type { PreviewCounts, PreviewOrder } from './pull-preview.ts';
import type { SettledReceipts } from './settle-receipts.ts';
import type { PaceMemory } from './shared-pace.ts';
import type { VerifyCounts, VerifyOrder } from './verify-files.ts';

/** Between the engine thread and its data workers. Plain data; content never passes here. */

/** What a source lets one puller read, as its data worker needs it. */
export interface ServeGrant {
  readonly job: JobId;
  /** SHA-256 of the grant secret. */
  readonly secretHash: Uint8Array;
  readonly pullerId: DeviceId;
  readonly items: readonly SelectedItem[];
  /** Held by a page instead, which comes by a `page` message; `items` then has no meaning. */
  readonly page: readonly PageItem[] | null;
  /** A network test: random bytes out of memory; absent is no. */
  readonly isOfMemory?: boolean;
  readonly limitBytesPerSecond: number | null;
  /** The right holds, but nobody here drives the job now: its holder is told to come again later. */
  readonly isResting: boolean;
  /** Jobs that were ordered together: they share what is read. Absent: it was ordered alone. */
  readonly group?: JobId | undefined;
}

export interface InspectedItem {
  readonly type: 'file' | 'folder' | 'link' | 'special';
  readonly bytes: number;
}

export type ToDataWorker =
  /** Always the first: the worker loads its code while the key is still being read. */
  | {
      readonly kind: 'start';
      readonly identity: Identity;
      readonly lists: string;
      readonly ledger: LedgerMemory;
      readonly pace: PaceMemory;
    }
  | { readonly kind: 'pull'; readonly order: PullOrder }
  | {
      readonly kind: 'stop-pull';
      readonly job: JobId;
      readonly reason: StopReason;
      readonly keep: CancelKeep;
    }
  | { readonly kind: 'pause-pull'; readonly job: JobId; readonly isPaused: boolean }
  /** It is not its turn, or it is. */
  | { readonly kind: 'hold-pull'; readonly job: JobId; readonly isHeld: boolean }
  | { readonly kind: 'answer-pull'; readonly job: JobId; readonly answer: ClashAnswer }
  /** Look at what is offered; ends by itself, or when its pull begins. */
  | { readonly kind: 'preview'; readonly order: PreviewOrder }
  | { readonly kind: 'stop-preview'; readonly job: JobId }
  /** A network test; ends by itself. */
  | { readonly kind: 'measure'; readonly order: MeasureOrder }
  | { readonly kind: 'stop-measure'; readonly job: JobId }
  /** Read back what a job has written. */
  | { readonly kind: 'verify'; readonly order: VerifyOrder }
  | { readonly kind: 'stop-verify'; readonly job: JobId }
  /** The source speaks from elsewhere now. */
  | { readonly kind: 'readdress'; readonly job: JobId; readonly addresses: readonly DataAddress[] }
  | { readonly kind: 'serve'; readonly grant: ServeGrant }
  | { readonly kind: 'end-serve'; readonly job: JobId }
  /** The way to the page that holds a job's files. */
  | { readonly kind: 'page'; readonly job: JobId; readonly port: MessagePort }
  | {
      readonly kind: 'socket';
      readonly call: number;
      readonly socket: HandedSocket;
      /** To be taken first: a worker that is ended before it reads this has its descriptor closed. */
      readonly taken: FirstTaker;
      readonly serverName: string;
    }
  | {
      readonly kind: 'dial-puller';
      readonly job: JobId;
      readonly addresses: readonly DataAddress[];
      readonly streams: number;
    }
  | { readonly kind: 'inspect'; readonly call: number; readonly items: readonly SelectedItem[] }
  | { readonly kind: 'browse'; readonly call: number; readonly order: BrowseOrder }
  /** Which files the receipts of a job are about. */
  | { readonly kind: 'settle'; readonly call: number; readonly receipts: readonly Uint8Array[] }
  /** Rows of the index of known files, as they were asked for. */
  | { readonly kind: 'index-answer'; readonly call: number; readonly files: readonly KnownFile[] }
  /** Listen on a port of its own, where sockets cannot be handed over. */
  | { readonly kind: 'listen'; readonly host: string | null }
  | { readonly kind: 'stop' };

/** What a data worker wants of the index of known files. */
export type IndexRequest =
  /** What may be the content of these, as far as `peer` may have it used. */
  | {
      readonly kind: 'index-find';
      readonly call: number;
      readonly peer: DeviceId;
      readonly wanted: readonly WantedContent[];
    }
  /** What is known of these files. */
  | { readonly kind: 'index-known'; readonly call: number; readonly inodes: readonly string[] }
  /** Files that `sender` has sent; null: that were hashed here. */
  | {
      readonly kind: 'index-add';
      readonly call: number;
      readonly sender: DeviceId | null;
      readonly files: readonly KnownFile[];
    }
  | { readonly kind: 'index-forget'; readonly inodes: readonly string[] }
  /** Files of a job that has ended are about to be told, or are all told: `find` waits for them. */
  | { readonly kind: 'index-telling'; readonly isTelling: boolean };

export type FromDataWorker =
  | IndexRequest
  | {
      readonly kind: 'pull-state';
      readonly job: JobId;
      readonly state: 'running' | 'waiting' | 'finishing';
      readonly waitingFor: WaitingFor | null;
    }
  | { readonly kind: 'pull-progress'; readonly job: JobId; readonly progress: JobProgress }
  | {
      readonly kind: 'pull-question';
      readonly job: JobId;
      readonly question: ConflictQuestion | null;
    }
  | {
      readonly kind: 'pull-parts';
      readonly job: JobId;
      readonly paths: readonly string[];
      readonly isAll: boolean;
    }
  | {
      readonly kind: 'pull-learned';
      readonly job: JobId;
      readonly streams: number;
      readonly bytesPerSecond: number;
    }
  | { readonly kind: 'pull-unreachable'; readonly job: JobId; readonly failure: FailureData }
  | { readonly kind: 'pull-claimed'; readonly job: JobId; readonly claims: readonly Claim[] }
  | { readonly kind: 'pull-unclaimed'; readonly job: JobId; readonly path: Uint8Array }
  | { readonly kind: 'pull-receipts'; readonly job: JobId; readonly receipts: Uint8Array }
  /** `again`: to be ordered anew, once there is no `trouble` any more; else this worker ends. */
  | {
      readonly kind: 'pull-suspended';
      readonly job: JobId;
      readonly again: boolean;
      readonly trouble: DiskTrouble | null;
    }
  | { readonly kind: 'pull-ended'; readonly job: JobId; readonly result: JobResult }
  | { readonly kind: 'preview-counted'; readonly job: JobId; readonly counts: PreviewCounts }
  | { readonly kind: 'preview-unreachable'; readonly job: JobId }
  | { readonly kind: 'preview-ended'; readonly job: JobId; readonly failure: FailureData | null }
  /** Bytes since the last time, and what is known of each number of connections. */
  | {
      readonly kind: 'measured';
      readonly job: JobId;
      readonly bytes: number;
      readonly steps: readonly NetworkTestStep[];
    }
  | { readonly kind: 'measure-unreachable'; readonly job: JobId }
  | {
      readonly kind: 'measure-ended';
      readonly job: JobId;
      readonly steps: readonly NetworkTestStep[];
      readonly failure: FailureData | null;
    }
  | { readonly kind: 'verify-counted'; readonly job: JobId; readonly counts: VerifyCounts }
  | { readonly kind: 'verify-ended'; readonly job: JobId; readonly failure: FailureData | null }
  /** A connection of a served job came (`open`), ended, or misbehaved. */
  | { readonly kind: 'serve-streams'; readonly job: JobId; readonly streams: number }
  /** The page that holds a served job's files came or went. */
  | { readonly kind: 'serve-page'; readonly job: JobId; readonly isThere: boolean }
  | { readonly kind: 'serve-failed'; readonly job: JobId | null; readonly failure: FailureData }
  | {
      readonly kind: 'inspected';
      readonly call: number;
      readonly items: readonly InspectedItem[] | null;
      readonly failure: FailureData | null;
    }
  | {
      readonly kind: 'browsed';
      readonly call: number;
      readonly answer: BrowseAnswer | null;
      readonly failure: FailureData | null;
    }
  | {
      readonly kind: 'settled';
      readonly call: number;
      readonly settled: SettledReceipts | null;
      readonly failure: FailureData | null;
    }
  /** A handed socket has proven who it is, or is closed. */
  | { readonly kind: 'socket-settled'; readonly call: number }
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'log'; readonly event: string; readonly detail: Readonly<Record<string, unknown>> };
