import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RowOutcome } from '../e2e/faults/fault-row.ts';
import { projectFolder } from './project-files.ts';

/** One run of a row, as it is remembered. */
export interface RecordedRun extends RowOutcome {
  /** Which code it was a run of, see {@link engineVersion}. */
  readonly engine: string;
  /** Random choices came from this. */
  readonly seed: string;
}

/** What runs of rows have found so far, kept in a folder, so that long rows can be run in pieces. */
export class FaultRecord {
  readonly #path: string;
  readonly #runs: RecordedRun[];

  private constructor(path: string, runs: RecordedRun[]) {
    this.#path = path;
    this.#runs = runs;
  }

  /** Reads what is kept in `folder`, which is made when missing. @throws Error of the file system. */
  static open(folder: string): FaultRecord {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, 'fault-runs.json');
    const runs = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as RecordedRun[]) : [];
    return new FaultRecord(path, runs);
  }

  get runs(): readonly RecordedRun[] {
    return this.#runs;
  }

  /** Runs of one row so far, for a seed that was not used yet. */
  countOf(id: string): number {
    return this.#runs.filter((run) => run.id === id).length;
  }

  add(run: RecordedRun): void {
    this.#runs.push(run);
    writeFileSync(this.#path, JSON.stringify(this.#runs, null, 1));
  }
}

/** Names the engine's code as it is now: git's hash of its folder, and whether it was changed since. */
export function engineVersion(): string {
  const git = (...args: readonly string[]) =>
    spawnSync('git', args, { cwd: projectFolder, encoding: 'utf8' }).stdout.trim();
  const isChanged = git('status', '--porcelain', '--', 'src/engine') !== '';
  return `${git('rev-parse', '--short=10', 'HEAD:src/engine')}${isChanged ? ' and changes' : ''}`;
}
