import { readFile } from 'node:fs/promises';
import { type Command, CommanderError } from 'commander';
import { EXIT, type ExitCode, exitForFailure } from '../shared/exit-codes.ts';
import { Failure, toFailure } from '../shared/failure.ts';
import type { Context, Daemon } from './context.ts';
import { Output } from './output.ts';
import { createProgram } from './program.ts';
import type { Terminal } from './terminal.ts';

/** Thrown by the option, so that commander asks for no command then. */
const VERSION_ASKED = 'ferry.version';

/** Loaded late: help, usage errors and the version must not wait for the engine. */
async function loadDaemonDoor(): Promise<Daemon> {
  return await import('../daemon/index.ts');
}

/** Runs one command line (without `node` and script) and resolves with its exit code; never throws. */
export async function runCli(
  argv: readonly string[],
  terminal: Terminal,
  loadDaemon: () => Promise<Daemon> = loadDaemonDoor,
): Promise<ExitCode> {
  // needed before parsing, so that wrong usage is told the right way too
  const options = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  const verbose = options.includes('--verbose');
  const output = new Output(terminal, options.includes('--json'), verbose);
  const context: Context = { terminal, output, verbose, signal: terminal.interrupt, loadDaemon };
  let exit: ExitCode = EXIT.ok;
  // no option of the whole program takes a value, so the first other word is the command
  const wanted = argv.find((word) => !word.startsWith('-'));
  const program = await createProgram(
    async (work) => {
      exit = await work(context);
    },
    { out: (text) => terminal.stdout.write(text), err: (text) => terminal.stderr.write(text) },
    wanted,
  );
  program.on('option:version', () => {
    throw new CommanderError(EXIT.ok, VERSION_ASKED, '');
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError && error.code === VERSION_ASKED) return await printVersion(terminal);
    return tell(error, output, terminal, program);
  }
}

async function printVersion(terminal: Terminal): Promise<ExitCode> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  terminal.stdout.write(`${version}\n`);
  return EXIT.ok;
}

function tell(error: unknown, output: Output, terminal: Terminal, program: Command): ExitCode {
  if (error instanceof CommanderError) return tellUsage(error, output, program);
  const failure = toFailure(error);
  if (terminal.interrupt.aborted && (failure.code === 'cancelled' || failure.code === 'interrupted')) {
    return EXIT.interrupted;
  }
  output.error(failure);
  return exitForFailure(failure.code);
}

/** Commander's own messages, as one line of ours. */
function tellUsage(error: CommanderError, output: Output, program: Command): ExitCode {
  if (error.exitCode === 0) return EXIT.ok;
  if (error.code !== 'commander.help') {
    const reason = error.message.replace(/^error: /, '').replace(/\s+/g, ' ');
    output.error(new Failure('usage', { reason }));
  } else if (output.json) {
    output.error(new Failure('usage', { reason: `${program.name()} needs a command` }));
  }
  return EXIT.usage;
}
