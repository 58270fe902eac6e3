import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import type { EngineSession } from '../../daemon/index.ts';
import { DOCTOR_CHECKS, type DoctorCheck, type DoctorReport } from '../../shared/doctor.ts';
import { EXIT, type ExitCode } from '../../shared/exit-codes.ts';
import type { Context, Run } from '../context.ts';
import { checkText, toCheckLine } from '../doctor-display.ts';
import { withEngine } from '../with-engine.ts';

/** An engine that has just started hears the others within this time. */
const DISCOVERY_MS = 3_000;
/** Checks that ask about others; the rest is about this machine. */
const ABOUT_OTHERS: ReadonlySet<DoctorCheck> = new Set(['client-isolation', 'peer']);

export function addDoctorCommand(program: Command, run: Run): void {
  program
    .command('doctor')
    .description('find out why a device cannot be seen or is slow')
    .argument('[peer]', 'name, id or HOST:PORT of a device that should be there')
    .action((target: string | undefined) =>
      run((context) => withEngine(context, {}, (session) => examine(context, session, target ?? null))),
    );
}

/** Runs every check in order and tells each as it ends. */
async function examine(context: Context, session: EngineSession, target: string | null): Promise<ExitCode> {
  const { output, signal } = context;
  const sinceMs = performance.now();
  const reports: DoctorReport[] = [];
  for (const check of DOCTOR_CHECKS) {
    if (check === 'peer' && target === null) continue;
    if (session.hosting && ABOUT_OTHERS.has(check)) {
      const leftMs = DISCOVERY_MS - (performance.now() - sinceMs);
      if (leftMs > 0) await delay(leftMs, undefined, { signal });
    }
    const report = await session.api.call('doctor.run', { check, target }, signal);
    reports.push(report);
    output.fact(toCheckLine(report), checkText(report, output));
  }
  const bad = reports.filter(({ state }) => state === 'bad');
  if (bad.some(({ check }) => check === 'peer')) return EXIT.peer;
  return bad.length > 0 ? EXIT.partial : EXIT.ok;
}
