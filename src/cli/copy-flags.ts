import { lstat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  CONFLICT_POLICIES,
  type ConflictPolicy,
  type CopyOptions,
  type CopyRange,
  MAX_STREAMS,
  type StreamChoice,
} from '../shared/copy-options.ts';
import { Failure, toFailure } from '../shared/failure.ts';
import { parseRate } from '../shared/parse-rate.ts';
import type { Context } from './context.ts';
import { parsePort } from './parse-port.ts';

/** What commander makes of the flags below. */
export interface CopyFlags {
  readonly onConflict?: ConflictPolicy;
  readonly limit?: number;
  readonly streams: StreamChoice;
  readonly compress: 'auto' | 'on' | 'off';
  readonly checksum?: boolean;
  readonly delta: boolean;
  readonly reuse: boolean;
  readonly verify?: boolean;
  readonly dryRun?: boolean;
  readonly range?: Omit<CopyRange, 'inPlace'>;
  readonly inPlace?: boolean;
  readonly background?: boolean;
  readonly patience?: number;
  readonly port: number;
}

/** Default of --patience where no person watches (docs: exit 4 after it, the job kept). */
const PATIENCE_SECONDS = 60;

/** setTimeout holds about 24.8 days. */
const MAX_PATIENCE_SECONDS = 2_000_000;

function parseLimit(text: string): number {
  const bytesPerSecond = parseRate(text);
  if (bytesPerSecond === null) throw new InvalidArgumentError('A rate looks like 150MB/s or 2Gbit/s.');
  return bytesPerSecond;
}

function parseStreams(text: string): StreamChoice {
  if (text === 'auto') return 'auto';
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > MAX_STREAMS) {
    throw new InvalidArgumentError(`It is auto or 1 to ${MAX_STREAMS}.`);
  }
  return count;
}

function parsePatience(text: string): number {
  const seconds = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || seconds > MAX_PATIENCE_SECONDS) {
    throw new InvalidArgumentError('It is a number of seconds.');
  }
  return seconds;
}

/** OFF:LEN[:DSTOFF] in bytes. */
function parseRange(text: string): Omit<CopyRange, 'inPlace'> {
  if (!/^\d{1,15}:\d{1,15}(:\d{1,15})?$/.test(text)) {
    throw new InvalidArgumentError('A range is OFFSET:LENGTH or OFFSET:LENGTH:DESTINATION-OFFSET.');
  }
  const [offset = 0, length = 0, to = offset] = text.split(':').map(Number);
  if (length === 0) throw new InvalidArgumentError('A range has at least one byte.');
  return { offset, length, to };
}

/** The flags that every copy takes. */
export function addCopyFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--on-conflict <policy>', 'when something else has the name').choices(CONFLICT_POLICIES),
    )
    .option('--limit <rate>', 'at most this fast, such as 150MB/s', parseLimit)
    .addOption(
      new Option('--streams <n>', 'connections at once')
        .argParser(parseStreams)
        .default('auto' satisfies StreamChoice),
    )
    .addOption(
      new Option('--compress <when>', 'compress on the way').choices(['auto', 'on', 'off']).default('auto'),
    )
    .option('--checksum', 'compare content, not size and time, to see what is there already')
    .option('--no-delta', 'send changed files whole')
    .option('--no-reuse', 'do not use what is elsewhere at the destination')
    .option('--verify', 'read the destination back from disk')
    .option('--dry-run', 'look at everything, report, move nothing')
    .option('--range <range>', 'part of one file: OFFSET:LENGTH[:DESTINATION-OFFSET]', parseRange)
    .option('--in-place', 'with --range: patch the file itself')
    .option('--background', 'print the job and return; needs a Ferry that runs')
    .option('--patience <seconds>', 'give up on a peer that is gone this long', parsePatience)
    .option('--port <n>', 'port to listen on (default: a free one)', parsePort, 0);
}

/**
 * The flags as the engine takes them.
 * @param mayAsk whether a person is there, here or at the destination, who can be asked what to do about clashes.
 * @param mayPatch whether it may be a piece of a file. @throws Failure `usage`.
 */
export function toCopyOptions(flags: CopyFlags, mayAsk: boolean, mayPatch = false): CopyOptions {
  const onConflict = flags.onConflict ?? 'ask';
  const range = rangeOf(flags);
  if (range !== null && !mayPatch) throw new Failure('usage', { reason: 'only ferry cp takes --range' });
  return {
    onConflict: onConflict === 'ask' && !mayAsk ? 'fail' : onConflict,
    limitBytesPerSecond: flags.limit ?? null,
    streams: flags.streams,
    compress: flags.compress,
    // A script has nobody to ask; who watches is told, see network-warning.ts.
    anyNetwork: true,
    checksum: flags.checksum === true,
    delta: flags.delta,
    reuse: flags.reuse,
    verify: flags.verify === true,
    dryRun: flags.dryRun === true,
    range,
  };
}

function rangeOf({ range, inPlace = false, onConflict }: CopyFlags): CopyRange | null {
  if (range === undefined) {
    if (inPlace) throw new Failure('usage', { reason: '--in-place needs --range' });
    return null;
  }
  if (onConflict !== undefined && onConflict !== 'replace') {
    const reason = '--range patches what is there: --on-conflict has nothing to decide';
    throw new Failure('usage', { reason });
  }
  return { ...range, inPlace };
}

/** A person who watches decides alone when to give up; a script does it after --patience. */
export function patienceOf(context: Context, flags: CopyFlags): number | null {
  return flags.patience ?? (context.output.interactive ? null : PATIENCE_SECONDS);
}

/** Absolute paths of sources. Throws Failure('no-such-path') for the first that is not there. */
export async function toSourcePaths(context: Context, paths: readonly string[]): Promise<string[]> {
  return await Promise.all(
    paths.map(async (path) => {
      const absolute = resolve(context.terminal.cwd, path);
      try {
        await lstat(absolute);
      } catch (error) {
        const failure = toFailure(error, path, 'unreadable');
        const missing = failure.code === 'vanished' || failure.reason === 'ENOTDIR';
        throw new Failure(
          missing ? 'no-such-path' : 'unreadable',
          { subject: path, reason: failure.reason ?? '' },
          error,
        );
      }
      return absolute;
    }),
  );
}
