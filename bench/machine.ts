import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { findCommand } from '../tools/system-packages.ts';

/** What the numbers were measured on; nothing that names the machine. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly system: string;
  readonly fileSystem: string;
  readonly node: string;
  readonly rsync: string;
}

function firstLine(command: string, ...args: string[]): string {
  const path = findCommand(command);
  if (path === null) return 'none';
  return execFileSync(path, args, { encoding: 'utf8' }).split('\n')[0]?.trim() ?? '';
}

/** Describes this machine for the report. */
export function describeMachine(fileSystem: string): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 1024 ** 3),
    system: `${process.platform} ${release()} ${process.arch}`,
    fileSystem,
    node: process.version,
    rsync: firstLine('rsync', '--version'),
  };
}
