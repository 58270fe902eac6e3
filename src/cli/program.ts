import { Command } from 'commander';
import type { AddCommand, Run } from './context.ts';

/** In the order of the help. Each is loaded when it is wanted: all of them take as long to load as the rest. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  serve: async () => (await import('./commands/serve.ts')).addServeCommand,
  web: async () => (await import('./commands/web.ts')).addWebCommand,
  peers: async () => (await import('./commands/peers.ts')).addPeersCommand,
  invite: async () => (await import('./commands/invite.ts')).addInviteCommand,
  join: async () => (await import('./commands/join.ts')).addJoinCommand,
  pair: async () => (await import('./commands/pair.ts')).addPairCommand,
  trust: async () => (await import('./commands/trust.ts')).addTrustCommand,
  unpair: async () => (await import('./commands/unpair.ts')).addUnpairCommand,
  rename: async () => (await import('./commands/rename.ts')).addRenameCommand,
  offers: async () => (await import('./commands/offers.ts')).addOffersCommand,
  accept: async () => (await import('./commands/answer-offer.ts')).addAcceptCommand,
  decline: async () => (await import('./commands/answer-offer.ts')).addDeclineCommand,
  share: async () => (await import('./commands/share.ts')).addShareCommand,
  ls: async () => (await import('./commands/ls.ts')).addLsCommand,
  cp: async () => (await import('./commands/cp.ts')).addCpCommand,
  send: async () => (await import('./commands/send.ts')).addSendCommand,
  receive: async () => (await import('./commands/receive.ts')).addReceiveCommand,
  jobs: async () => (await import('./commands/jobs.ts')).addJobsCommand,
  status: async () => (await import('./commands/status.ts')).addStatusCommand,
  wait: async () => (await import('./commands/wait.ts')).addWaitCommand,
  pause: async () => (await import('./commands/pause.ts')).addPauseCommand,
  resume: async () => (await import('./commands/pause.ts')).addResumeCommand,
  cancel: async () => (await import('./commands/cancel.ts')).addCancelCommand,
  verify: async () => (await import('./commands/verify.ts')).addVerifyCommand,
  manifest: async () => (await import('./commands/manifest.ts')).addManifestCommand,
  doctor: async () => (await import('./commands/doctor.ts')).addDoctorCommand,
  bench: async () => (await import('./commands/bench.ts')).addBenchCommand,
};

const EXIT_HELP = `
Exit codes: 0 all there and verified, 1 some entries were not copied, 2 wrong usage or no such path,
3 refused, 4 peer not found, 5 the destination cannot take it, 6 content did not verify,
7 trouble on this machine, 8 job cancelled or not known, 130 stopped with Ctrl-C.

Environment: FERRY_HOME, FERRY_CODE, FERRY_LOG (error, warn, info, debug), NO_COLOR.`;

/**
 * The command line: the one command called `wanted`, or all of them where that is none. `run` gets the work of the
 * command that was chosen; usage errors are thrown.
 */
export async function createProgram(
  run: Run,
  output: { out(text: string): void; err(text: string): void },
  wanted: string | undefined,
): Promise<Command> {
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
  const load = wanted === undefined || !Object.hasOwn(COMMANDS, wanted) ? undefined : COMMANDS[wanted];
  const adders = await Promise.all(
    (load === undefined ? Object.values(COMMANDS) : [load]).map((one) => one()),
  );
  for (const add of adders) add(program, run);
  return program;
}
