import { Command } from 'commander';
import { addAcceptCommand, addDeclineCommand } from './commands/answer-offer.ts';
import { addBenchCommand } from './commands/bench.ts';
import { addCancelCommand } from './commands/cancel.ts';
import { addCpCommand } from './commands/cp.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addInviteCommand } from './commands/invite.ts';
import { addJobsCommand } from './commands/jobs.ts';
import { addJoinCommand } from './commands/join.ts';
import { addLsCommand } from './commands/ls.ts';
import { addOffersCommand } from './commands/offers.ts';
import { addPairCommand } from './commands/pair.ts';
import { addPauseCommand, addResumeCommand } from './commands/pause.ts';
import { addPeersCommand } from './commands/peers.ts';
import { addReceiveCommand } from './commands/receive.ts';
import { addRenameCommand } from './commands/rename.ts';
import { addSendCommand } from './commands/send.ts';
import { addServeCommand } from './commands/serve.ts';
import { addShareCommand } from './commands/share.ts';
import { addStatusCommand } from './commands/status.ts';
import { addTrustCommand } from './commands/trust.ts';
import { addUnpairCommand } from './commands/unpair.ts';
import { addVerifyCommand } from './commands/verify.ts';
import { addWaitCommand } from './commands/wait.ts';
import { addWebCommand } from './commands/web.ts';
import type { AddCommand, Run } from './context.ts';

/** In the order of the help. */
const COMMANDS: readonly AddCommand[] = [
  addServeCommand,
  addWebCommand,
  addPeersCommand,
  addInviteCommand,
  addJoinCommand,
  addPairCommand,
  addTrustCommand,
  addUnpairCommand,
  addRenameCommand,
  addOffersCommand,
  addAcceptCommand,
  addDeclineCommand,
  addShareCommand,
  addLsCommand,
  addCpCommand,
  addSendCommand,
  addReceiveCommand,
  addJobsCommand,
  addStatusCommand,
  addWaitCommand,
  addPauseCommand,
  addResumeCommand,
  addCancelCommand,
  addVerifyCommand,
  addDoctorCommand,
  addBenchCommand,
];

const EXIT_HELP = `
Exit codes: 0 all there and verified, 1 some entries were not copied, 2 wrong usage or no such path,
3 refused, 4 peer not found, 5 the destination cannot take it, 6 content did not verify,
7 trouble on this machine, 8 job cancelled or not known, 130 stopped with Ctrl-C.

Environment: FERRY_HOME, FERRY_CODE, FERRY_LOG (error, warn, info, debug), NO_COLOR.`;

/** The whole command line. `run` gets the work of the command that was chosen; usage errors are thrown. */
export function createProgram(
  run: Run,
  output: { out(text: string): void; err(text: string): void },
): Command {
  const program = new Command('ferry')
    .description('Copies files and folders between the machines you own, over your own network.')
    .option('--json', 'one JSON object a line on stdout, nothing else')
    .option('--verbose', 'logs on stderr, and where a failure comes from')
    .option('-V, --version', 'print the version')
    .addHelpText('after', EXIT_HELP)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.out(text),
      writeErr: (text) => output.err(text),
      // told in our own words by who catches the error
      outputError: () => undefined,
    });
  for (const add of COMMANDS) add(program, run);
  return program;
}
