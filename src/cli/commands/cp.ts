import type { Command } from 'commander';
import type { EngineSession } from '../../daemon/index.ts';
import type { CopyPlace } from '../../shared/browse.ts';
import { EXIT, type ExitCode } from '../../shared/exit-codes.ts';
import { Failure } from '../../shared/failure.ts';
import type { Context, Run } from '../context.ts';
import { addCopyFlags, type CopyFlags, patienceOf, toCopyOptions, toSourcePaths } from '../copy-flags.ts';
import { followJobs } from '../follow-jobs.ts';
import { toJobLine } from '../lines.ts';
import { parsePeerPlace, toAbsolutePath } from '../parse-place.ts';
import { withEngine, withRunningEngine } from '../with-engine.ts';

export function addCpCommand(program: Command, run: Run): void {
  const command = program
    .command('cp')
    .description('copy between here and shares of your devices, or between two of them: SRC... DST')
    .argument('<paths...>', 'sources, then the destination; PEER:SHARE/PATH is a place of another device');
  addCopyFlags(command).action((paths: readonly string[], flags: CopyFlags) =>
    run((context) => copy(context, paths, flags)),
  );
}

async function copy(context: Context, places: readonly string[], flags: CopyFlags): Promise<ExitCode> {
  const sources = places.slice(0, -1);
  const [last] = places.slice(-1);
  if (sources.length === 0 || last === undefined) {
    throw new Failure('usage', { reason: 'it takes SRC... DST' });
  }
  const to: CopyPlace = parsePeerPlace(last) ?? here(toAbsolutePath(last, context.terminal.cwd));
  // Only somebody at the destination can be asked about what is in the way there.
  const options = toCopyOptions(flags, context.output.interactive && to.peer === null, true);
  // before an engine is opened: the commonest mistake should be told at once
  const from = await Promise.all(sources.map((source) => toSource(context, source)));
  const work = async (session: EngineSession): Promise<ExitCode> => {
    const job = await session.api.call('jobs.copy', { from, to, options }, context.signal);
    if (flags.background === true) {
      context.output.fact(toJobLine(job), job.job);
      return EXIT.ok;
    }
    return await followJobs(context, session, [job], {
      patienceSeconds: patienceOf(context, flags),
      ownsJobs: true,
      dryRun: options.dryRun,
    });
  };
  if (flags.background === true) return await withRunningEngine(context, {}, work);
  return await withEngine(context, { port: flags.port }, work);
}

async function toSource(context: Context, text: string): Promise<CopyPlace> {
  const place = parsePeerPlace(text);
  if (place !== null) return place;
  const [path = ''] = await toSourcePaths(context, [toAbsolutePath(text, context.terminal.cwd)]);
  return here(path);
}

function here(path: string): CopyPlace {
  return { peer: null, share: null, path };
}
