import type { Need } from '../expected-skips.ts';
import type { FaultStage } from './fault-stage.ts';

/** `full` is `npm run test:faults`, `reduced` what `npm test` has time for. */
export type FaultMode = 'full' | 'reduced';

/** One fault of the catalogue, and what must hold under it. */
export interface FaultRow {
  /** As in the catalogue: N1, C5, D4. */
  readonly id: string;
  readonly name: string;
  /** How it is made. */
  readonly how: string;
  readonly needs: readonly Need[];
  /** So often the fault must really have happened, or the row has tested nothing. 0: not in that set. */
  readonly floor: Readonly<Record<FaultMode, number>>;
  readonly run: (stage: FaultStage) => Promise<void>;
}

/** How one row came out. */
export interface RowOutcome {
  readonly id: string;
  readonly name: string;
  readonly attempts: number;
  /** Times that the fault really happened. */
  readonly faults: number;
  readonly floor: number;
  readonly seconds: number;
  /** Null: everything held. */
  readonly problem: string | null;
  readonly notes: readonly string[];
}
