import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { EngineSession } from '../../daemon/index.ts';
import { EXIT, type ExitCode } from '../../shared/exit-codes.ts';
import { canAsk } from '../ask-conflicts.ts';
import type { Context, Run } from '../context.ts';
import { addCopyFlags, type CopyFlags, patienceOf, toCopyOptions } from '../copy-flags.ts';
import { followJobs } from '../follow-jobs.ts';
import { toJobLine } from '../lines.ts';
import { readCode } from '../prompt.ts';
import { withEngine, withRunningEngine } from '../with-engine.ts';

interface ReceiveFlags extends CopyFlags {
  readonly address?: string;
}

export function addReceiveCommand(program: Command, run: Run): void {
  const command = program
    .command('receive')
    .description('take what a waiting `ferry send` offers; the code comes from a prompt, stdin or FERRY_CODE')
    .argument('[dir]', 'folder to put it in, created if missing', '.')
    .option('-a, --address <host:port>', 'where the sender listens (default: found on the network)');
  addCopyFlags(command).action((into: string, flags: ReceiveFlags) =>
    run((context) => receive(context, into, flags)),
  );
}

async function receive(context: Context, into: string, flags: ReceiveFlags): Promise<ExitCode> {
  const code = await readCode(context);
  const options = toCopyOptions(flags, flags.background !== true && canAsk(context));
  const work = async (session: EngineSession): Promise<ExitCode> => {
    const input = {
      address: flags.address ?? null,
      code,
      into: resolve(context.terminal.cwd, into),
      options,
    };
    const job = await session.api.call('jobs.receive', input, context.signal);
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
