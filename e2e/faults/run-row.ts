import type { FaultMode, FaultRow, RowOutcome } from './fault-row.ts';
import { FaultStage, type RunWishes } from './fault-stage.ts';

/** Chance is the same in every run, unless somebody wants to look elsewhere. */
export const FAULT_SEED = process.env['FERRY_FAULT_SEED'] ?? 'faults 1';

/** Runs one row and checks what must hold after it. Never throws: what went wrong is in the outcome. */
export async function runRow(
  row: FaultRow,
  mode: FaultMode,
  wanted = row.floor[mode],
  { seed = FAULT_SEED, untilMs = Number.POSITIVE_INFINITY }: Partial<RunWishes> = {},
): Promise<RowOutcome> {
  const stage = new FaultStage(row.id, mode, wanted, { seed, untilMs });
  const startMs = performance.now();
  let problem: string | null = null;
  try {
    await row.run(stage);
    await stage.check();
    if (stage.faults < stage.wanted) {
      problem = `the fault happened ${stage.faults} times, fewer than ${stage.wanted}: nothing was tested`;
    }
  } catch (error) {
    problem = (error instanceof Error ? error.message : String(error)) + stage.lastLogged();
  }
  await stage.close();
  return {
    id: row.id,
    name: row.name,
    attempts: stage.attempts,
    faults: stage.faults,
    floor: stage.wanted,
    seconds: (performance.now() - startMs) / 1000,
    problem,
    notes: stage.notes,
  };
}
