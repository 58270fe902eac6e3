import { type Command, InvalidArgumentError } from 'commander';
import type { EngineSession } from '../../daemon/index.ts';
import type { CopyOptions } from '../../shared/copy-options.ts';
import { escapeText } from '../../shared/escape.ts';
import { EXIT, type ExitCode } from '../../shared/exit-codes.ts';
import type { JobView } from '../../shared/job.ts';
import type { Context, Run } from '../context.ts';
import { addCopyFlags, type CopyFlags, patienceOf, toCopyOptions, toSourcePaths } from '../copy-flags.ts';
import { followJobs } from '../follow-jobs.ts';
import { toJobLine, toWaitingLine } from '../lines.ts';
import { withEngine, withRunningEngine } from '../with-engine.ts';

interface SendFlags extends CopyFlags {
  readonly to?: readonly string[];
}

/** PEER[,PEER...], also given several times. */
function parsePeers(text: string, earlier: readonly string[] = []): readonly string[] {
  const peers = text.split(',').map((peer) => peer.trim());
  if (peers.includes('')) throw new InvalidArgumentError('It is a list of peers: PEER[,PEER...].');
  return [...earlier, ...peers];
}

export function addSendCommand(program: Command, run: Run): void {
  const command = program
    .command('send')
    .description('send files and folders: to paired devices, or to whoever has the code that is printed')
    .argument('<path...>')
    .option('--to <peer,...>', 'paired devices: name, or beginning of the id', parsePeers);
  addCopyFlags(command).action((paths: readonly string[], flags: SendFlags) =>
    run((context) => send(context, paths, flags)),
  );
}

async function send(context: Context, given: readonly string[], flags: SendFlags): Promise<ExitCode> {
  // before an engine is opened: the commonest mistake should be told at once
  const paths = await toSourcePaths(context, given);
  const options = toCopyOptions(flags, context.output.interactive);
  const work = async (session: EngineSession): Promise<ExitCode> => {
    const jobs =
      flags.to === undefined
        ? [await offerWithCode(context, session, paths, options)]
        : await session.api.call('jobs.send', { paths, to: [...new Set(flags.to)], options }, context.signal);
    if (flags.background === true) return tellJobs(context, jobs);
    return await followJobs(context, session, jobs, {
      patienceSeconds: patienceOf(context, flags),
      ownsJobs: true,
      dryRun: options.dryRun,
    });
  };
  if (flags.background === true) return await withRunningEngine(context, {}, work);
  return await withEngine(context, { port: flags.port }, work);
}

function tellJobs(context: Context, jobs: readonly JobView[]): ExitCode {
  for (const job of jobs) context.output.fact(toJobLine(job), job.job);
  return EXIT.ok;
}

async function offerWithCode(
  context: Context,
  session: EngineSession,
  paths: readonly string[],
  options: CopyOptions,
): Promise<JobView> {
  const { output } = context;
  const waiting = await session.api.call('jobs.sendWithCode', { paths, options }, context.signal);
  const [address = 'HOST:PORT'] = waiting.addresses;
  output.fact(
    toWaitingLine(waiting),
    [
      'Waiting for one receiver. On the other device:',
      `  ferry receive    (or: ferry receive -a ${escapeText(address)})`,
      'and type this code; it works once, for ten minutes:',
      `  ${output.paint('bold', waiting.code)}`,
    ].join('\n'),
  );
  return waiting.job;
}
