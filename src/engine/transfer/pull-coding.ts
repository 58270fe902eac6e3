import type { LimitedBy } from '../../shared/job.ts';
import { CODING, type Coding } from '../wire/zstd.ts';
import type { PullGate } from './pull-gate.ts';
import type { PullOrder } from './pull-order.ts';

type CodedOrder = Pick<PullOrder, 'compress' | 'limitBytesPerSecond'>;

/** While this holds a copy back, less on the link helps nobody. */
const NOT_HELPED: ReadonlySet<LimitedBy> = new Set(['destination-disk', 'destination-cpu', 'small-files']);

/**
 * How a destination lets its content be coded. What pays on the link the source finds out; this end knows its own
 * limit, under which every byte less is time won, and whether it is the one that is too slow.
 */
export function codingFor(
  { compress = 'off', limitBytesPerSecond }: CodedOrder,
  limitedBy: LimitedBy,
): Coding {
  if (compress === 'off') return CODING.raw;
  if (compress === 'on') return CODING.compress;
  if (NOT_HELPED.has(limitedBy)) return CODING.raw;
  return limitBytesPerSecond !== null && limitedBy === 'own-limit' ? CODING.compress : CODING.mayCompress;
}

/** How the content of one pull may come. */
export class PullCoding {
  readonly #order: CodedOrder;
  readonly #gate: Pick<PullGate, 'saved'>;
  readonly #limitedBy: () => LimitedBy;

  constructor(order: CodedOrder, gate: Pick<PullGate, 'saved'>, limitedBy: () => LimitedBy) {
    this.#order = order;
    this.#gate = gate;
    this.#limitedBy = limitedBy;
  }

  /** For what is asked for now. */
  get wanted(): Coding {
    return codingFor(this.#order, this.#limitedBy());
  }

  /** So many bytes less than were asked for came over the link: a limit has room for others. */
  saved(bytes: number): void {
    this.#gate.saved(bytes);
  }
}
