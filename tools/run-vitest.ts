import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EXPECTED_SKIPS } from '../e2e/expected-skips.ts';
import { makeMemoryFolder } from './memory-folder.ts';
import { hasNeeds } from './needs.ts';
import { projectFolder } from './project-files.ts';
import { readVitestReport, type TestCounts } from './vitest-report.ts';

/** The whole run may take 10 min; vitest writes its report last and then has this long to end. */
const RUN_LIMIT_MS = 15 * 60_000;
const END_LIMIT_MS = 20_000;
const POLL_MS = 200;

function failed(why: string): TestCounts {
  return { passed: 0, skippedAsExpected: 0, failures: [why] };
}

/** Kills vitest and everything its tests left behind: they share its process group. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nobody is left, as it should be.
  }
}

/** Resolves to the exit code, or to null when it had to be killed because it would not end. */
async function waitForEnd(child: ChildProcess, report: string): Promise<number | null> {
  const ended = once(child, 'exit').then(([code]) => ({ code: code as number | null }));
  let limitMs = performance.now() + RUN_LIMIT_MS;
  let hasReport = false;
  for (;;) {
    const end = await Promise.race([ended, sleep(POLL_MS)]);
    if (end !== undefined) return end.code;
    if (!hasReport && existsSync(report)) {
      hasReport = true;
      limitMs = performance.now() + END_LIMIT_MS;
    }
    if (performance.now() > limitMs) return null;
  }
}

function readCounts(report: string, code: number | null): TestCounts {
  if (!existsSync(report)) return failed('vitest gave no report');
  const json: unknown = JSON.parse(readFileSync(report, 'utf8'));
  const counts = readVitestReport(json, EXPECTED_SKIPS, hasNeeds);
  if (code === null) {
    const failures = [...counts.failures, 'vitest did not end: something that a test started still runs'];
    return { ...counts, failures };
  }
  if (code === 0 || counts.failures.length > 0) return counts;
  return { ...counts, failures: [`vitest ended with ${code} though no test failed: see above`] };
}

/** Runs every test, shows vitest's own output, and counts. Leaves no process behind, whatever happens. */
export async function runVitest(): Promise<TestCounts> {
  const folder = mkdtempSync(join(tmpdir(), 'ferry-test-'));
  const memory = makeMemoryFolder();
  const report = join(folder, 'report.json');
  const vitest = join(projectFolder, 'node_modules/vitest/vitest.mjs');
  const child = spawn(process.execPath, [vitest, 'run'], {
    cwd: projectFolder,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      FERRY_TEST_REPORT: report,
      ...(memory === null ? {} : { FERRY_TEST_MEMORY: memory }),
    },
    // A process group of its own, so that it can be ended whole.
    detached: true,
  });
  const removeFolders = (): void => {
    for (const one of [folder, memory]) if (one !== null) rmSync(one, { recursive: true, force: true });
  };
  const interrupt = (): void => {
    killGroup(child);
    removeFolders();
    process.exit(130);
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    return readCounts(report, await waitForEnd(child, report));
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    killGroup(child);
    removeFolders();
  }
}
