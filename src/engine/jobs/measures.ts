import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { Link } from '../link/link.ts';
import type { WorkerReport } from '../transfer/worker-pool.ts';
import type { LinkMessage } from '../wire/control-messages.ts';
import type { JobParts } from './job-parts.ts';
import { NetworkTests } from './network-tests.ts';
import { ServedMeasures } from './served-measures.ts';

/** Network tests, those made from here and those that others make with this device. */
export class Measures {
  readonly tests: NetworkTests;
  readonly #served: ServedMeasures;

  constructor(parts: JobParts) {
    this.tests = new NetworkTests(parts);
    this.#served = new ServedMeasures(parts);
  }

  /** Takes a message about a test; true when it was one. */
  handle(link: Link, message: LinkMessage): boolean {
    return this.tests.handle(link, message) || this.#served.handle(link, message);
  }

  /** What a data worker tells; true when it is about a test. */
  report(report: WorkerReport): boolean {
    return this.tests.report(report);
  }

  /** The last link to a device is gone. */
  unlinked(id: DeviceId): void {
    this.tests.unlinked(id);
    this.#served.unlinked(id);
  }

  /** Jobs of a data worker that died. */
  lost(jobs: readonly JobId[]): void {
    this.tests.lost(jobs);
  }

  /** The engine stops. */
  close(): void {
    this.tests.close();
    this.#served.stop();
  }
}
