import { useEffect, useState } from 'react';
import { DOCTOR_CHECKS, type DoctorCheck, type DoctorReport } from '../../../shared/doctor.ts';
import { type Failure, toFailure } from '../../../shared/failure.ts';
import { useApp } from '../../store/app-context.ts';

/** How one check stands: running, told, or not to be made at all. */
export type CheckState = DoctorReport | Failure | null;

export interface Doctor {
  readonly checks: readonly DoctorCheck[];
  readonly states: Readonly<Partial<Record<DoctorCheck, CheckState>>>;
  readonly again: () => void;
}

/** Runs all checks side by side while the screen stands; each is told as soon as it has ended. */
export function useDoctor(target: string | null): Doctor {
  const { engine } = useApp();
  const [round, setRound] = useState(0);
  const [states, setStates] = useState<Doctor['states']>({});
  const checks = DOCTOR_CHECKS.filter((check) => check !== 'peer' || target !== null);
  // `round` stands for the wish to look again.
  useEffect(() => {
    const ending = new AbortController();
    const { signal } = ending;
    setStates({});
    const put = (check: DoctorCheck, state: CheckState) => {
      if (!signal.aborted) setStates((before) => ({ ...before, [check]: state }));
    };
    for (const check of DOCTOR_CHECKS) {
      if (check === 'peer' && target === null) continue;
      engine.call('doctor.run', { check, target }, signal).then(
        (report) => put(check, report),
        (error: unknown) => put(check, toFailure(error)),
      );
    }
    return () => ending.abort();
  }, [engine, target, round]);
  return { checks, states, again: () => setRound((count) => count + 1) };
}
