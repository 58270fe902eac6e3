import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';
const PERIOD_US = 20_000;

/** Where groups are made: version 1 mounts a controller of its own, version 2 has one tree. */
const FIRST_VERSION = join(ROOT, 'cpu');
const isFirst = existsSync(join(FIRST_VERSION, 'cpu.cfs_quota_us'));
const parent = isFirst ? FIRST_VERSION : ROOT;

/** A control group whose processes get only a part of one core. Its owner disposes of it. */
export class CpuCap implements Disposable {
  readonly #folder: string;

  /** Throws where groups cannot be made: that takes root. */
  constructor(name: string, share: number) {
    this.#folder = join(parent, `ferry-e2e-${process.pid}-${name}`);
    mkdirSync(this.#folder);
    const quota = Math.round(PERIOD_US * share);
    if (isFirst) {
      this.#write('cpu.cfs_period_us', `${PERIOD_US}`);
      this.#write('cpu.cfs_quota_us', `${quota}`);
    } else this.#write('cpu.max', `${quota} ${PERIOD_US}`);
  }

  #write(file: string, text: string): void {
    writeFileSync(join(this.#folder, file), text);
  }

  /** Puts a process into it, with all of its threads. */
  add(pid: number): void {
    this.#write('cgroup.procs', `${pid}`);
  }

  [Symbol.dispose](): void {
    const pids = readFileSync(join(this.#folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean);
    for (const pid of pids) writeFileSync(join(parent, 'cgroup.procs'), pid);
    rmdirSync(this.#folder);
  }
}

/** Whether this machine lets us. */
export function canCapCpu(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    new CpuCap('try', 1)[Symbol.dispose]();
    return true;
  } catch {
    return false;
  }
}
