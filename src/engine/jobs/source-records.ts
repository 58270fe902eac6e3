import type { CopyOptions } from '../../shared/copy-options.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { JobView } from '../../shared/job.ts';
import type { SelectedItem } from '../source/selection.ts';
import type { JobRecord } from '../state/records.ts';
import type { InspectedItem } from '../transfer/worker-messages.ts';
import { fromBytes, showPath } from '../wire/byte-name.ts';
import type { OfferMessage } from '../wire/job-messages.ts';
import { NO_PROGRESS } from './job-book.ts';
import { pathOfItem } from './selected-items.ts';

/** Names that travel with an offer and are shown of a job. */
const MAX_SHOWN_NAMES = 10;

/** A new job of which this device is the source and the orderer, as it is stored. `peer` null: a code decides. */
export function newSourceRecord(order: {
  readonly ownId: DeviceId;
  readonly job: JobId;
  readonly items: readonly SelectedItem[];
  readonly peer: JobView['peer'];
  readonly options: CopyOptions;
}): JobRecord {
  const { ownId, job, items, peer, options } = order;
  const nowMs = Date.now();
  const view: JobView = {
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
    resume: { items: items.map((item) => pathOfItem(item).toString('base64')) },
    acknowledgedMs: null,
  };
}

/** A selection as an offer tells of it: what can be said without walking into it. */
export function describeSelection(
  job: JobId,
  selection: {
    readonly items: readonly SelectedItem[];
    readonly inspected: readonly InspectedItem[];
    readonly options: CopyOptions;
    readonly secret: Uint8Array;
  },
  dataPort: number,
): Omit<OfferMessage, 'kind'> {
  const { items, inspected, options, secret } = selection;
  return {
    job,
    secret,
    items: items.slice(0, MAX_SHOWN_NAMES).map((item, index) => ({
      name: item.name,
      type: inspected[index]?.type ?? 'special',
      bytes: inspected[index]?.bytes ?? 0,
    })),
    itemCount: items.length,
    files: inspected.filter((item) => item.type === 'file').length,
    bytes: inspected.reduce((sum, item) => sum + item.bytes, 0),
    complete: inspected.every((item) => item.type !== 'folder'),
    dataPort,
    options: {
      onConflict: options.onConflict,
      checksum: options.checksum,
      verify: options.verify,
      dryRun: options.dryRun,
      streams: options.streams === 'auto' ? 0 : options.streams,
    },
  };
}
