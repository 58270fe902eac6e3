import type { CopyOptions } from '../../shared/copy-options.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import { type JobView, NO_PROGRESS, newJobFields } from '../../shared/job.ts';
import { listedName, type SelectedItem } from '../source/selection.ts';
import type { JobRecord } from '../state/records.ts';
import type { InspectedItem } from '../transfer/worker-messages.ts';
import { fromBytes, showPath } from '../wire/byte-name.ts';
import type { OfferMessage } from '../wire/job-messages.ts';
import type { PageJob } from './page-job.ts';
import { storedSelection } from './repeated-selection.ts';

/** Names that travel with an offer and are shown of a job. */
const MAX_SHOWN_NAMES = 10;

/** A new job of which this device is the source and the orderer, as it is stored. `peer` null: a code decides. */
export function newSourceRecord(order: {
  readonly ownId: DeviceId;
  readonly job: JobId;
  /** The job it was ordered together with; null is none. */
  readonly group: JobId | null;
  readonly items: readonly SelectedItem[];
  /** A page holds them: they have names and no paths. */
  readonly isOfPage: boolean;
  readonly peer: JobView['peer'];
  readonly options: CopyOptions;
  /** The earlier job that it repeats. */
  readonly repeats: JobId | null;
}): JobRecord {
  const { ownId, job, group, items, isOfPage, peer, options, repeats } = order;
  const nowMs = Date.now();
  const view: JobView = {
    ...newJobFields(job, nowMs),
    group: group ?? job,
    sourceKind: isOfPage ? 'page' : 'disk',
    job,
    role: 'source',
    state: 'waiting',
    waitingFor: peer === null ? 'peer' : 'approval',
    peer,
    names: items.slice(0, MAX_SHOWN_NAMES).map((item) => showPath([fromBytes(item.name)]).path),
    into: null,
    progress: NO_PROGRESS,
    result: null,
    parts: [],
    createdMs: nowMs,
    updatedMs: nowMs,
  };
  return {
    orderer: ownId,
    job,
    roles: ['source', 'orderer'],
    view,
    options,
    resume: isOfPage ? {} : { ...storedSelection(items), ...(repeats === null ? {} : { repeats }) },
    acknowledgedMs: null,
  };
}

/** A selection as an offer tells of it: what can be said without walking into it. */
export function describeSelection(
  job: JobId,
  selection: {
    readonly items: readonly SelectedItem[];
    readonly inspected: readonly InspectedItem[];
    readonly page: PageJob | null;
    readonly options: CopyOptions;
    readonly secret: Uint8Array;
    readonly repeats?: JobId;
  },
  way: { readonly dataPort: number; readonly bestStreams: number | null },
): Omit<OfferMessage, 'kind'> {
  const { items, inspected, page, options, secret, repeats } = selection;
  return {
    job,
    ...(repeats === undefined ? {} : { repeats }),
    secret,
    items: items.slice(0, MAX_SHOWN_NAMES).map((item, index) => ({
      name: listedName(item),
      type: inspected[index]?.type ?? 'special',
      bytes: inspected[index]?.bytes ?? 0,
    })),
    itemCount: items.length,
    files: page?.files ?? inspected.filter((item) => item.type === 'file').length,
    bytes: page?.bytes ?? inspected.reduce((sum, item) => sum + item.bytes, 0),
    complete: page === null && inspected.every((item) => item.type !== 'folder'),
    dataPort: way.dataPort,
    options: {
      onConflict: options.onConflict,
      checksum: options.checksum,
      reuse: options.reuse,
      delta: options.delta,
      verify: options.verify,
      dryRun: options.dryRun,
      streams: options.streams === 'auto' ? 0 : options.streams,
      bestStreams: way.bestStreams,
      compress: options.compress,
      range: options.range,
    },
  };
}
