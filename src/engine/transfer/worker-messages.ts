import type { FailureData } from '../../shared/failure.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { JobProgress, JobResult, WaitingFor } from '../../shared/job.ts';
import type { Identity } from '../identity/identity.ts';
import type { SelectedItem } from '../source/selection.ts';
import type { DataAddress, HandedSocket } from './data-socket.ts';
import type { PullOrder, StopReason } from './pull-order.ts';

/** Between the engine thread and its data workers. Plain data; content never passes here. */

/** What a source lets one puller read, as its data worker needs it. */
export interface ServeGrant {
  readonly job: JobId;
  /** SHA-256 of the grant secret. */
  readonly secretHash: Uint8Array;
  readonly pullerId: DeviceId;
  readonly items: readonly SelectedItem[];
  readonly limitBytesPerSecond: number | null;
}

export interface InspectedItem {
  readonly type: 'file' | 'folder' | 'link' | 'special';
  readonly bytes: number;
}

export type ToDataWorker =
  /** Always the first: the worker loads its code while the key is still being read. */
  | { readonly kind: 'start'; readonly identity: Identity }
  | { readonly kind: 'pull'; readonly order: PullOrder }
  | { readonly kind: 'stop-pull'; readonly job: JobId; readonly reason: StopReason }
  /** The source speaks from elsewhere now. */
  | { readonly kind: 'readdress'; readonly job: JobId; readonly addresses: readonly DataAddress[] }
  | { readonly kind: 'serve'; readonly grant: ServeGrant }
  | { readonly kind: 'end-serve'; readonly job: JobId }
  | {
      readonly kind: 'socket';
      readonly call: number;
      readonly socket: HandedSocket;
      readonly serverName: string;
    }
  | {
      readonly kind: 'dial-puller';
      readonly job: JobId;
      readonly addresses: readonly DataAddress[];
      readonly streams: number;
    }
  | { readonly kind: 'inspect'; readonly call: number; readonly items: readonly SelectedItem[] }
  /** Listen on a port of its own, where sockets cannot be handed over. */
  | { readonly kind: 'listen'; readonly host: string | null }
  | { readonly kind: 'stop' };

export type FromDataWorker =
  | {
      readonly kind: 'pull-state';
      readonly job: JobId;
      readonly state: 'running' | 'waiting' | 'finishing';
      readonly waitingFor: WaitingFor | null;
    }
  | { readonly kind: 'pull-progress'; readonly job: JobId; readonly progress: JobProgress }
  | { readonly kind: 'pull-parts'; readonly job: JobId; readonly paths: readonly string[] }
  | { readonly kind: 'pull-unreachable'; readonly job: JobId; readonly failure: FailureData }
  | { readonly kind: 'pull-ended'; readonly job: JobId; readonly result: JobResult }
  /** A connection of a served job came (`open`), ended, or misbehaved. */
  | { readonly kind: 'serve-streams'; readonly job: JobId; readonly streams: number }
  | { readonly kind: 'serve-failed'; readonly job: JobId | null; readonly failure: FailureData }
  | {
      readonly kind: 'inspected';
      readonly call: number;
      readonly items: readonly InspectedItem[] | null;
      readonly failure: FailureData | null;
    }
  /** A handed socket has proven who it is, or is closed. */
  | { readonly kind: 'socket-settled'; readonly call: number }
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'log'; readonly event: string; readonly detail: Readonly<Record<string, unknown>> };
