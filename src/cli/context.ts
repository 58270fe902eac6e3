import type { Command } from 'commander';
import type { EngineSession, SessionOptions } from '../daemon/index.ts';
import type { ExitCode } from '../shared/exit-codes.ts';
import type { Output } from './output.ts';
import type { Terminal } from './terminal.ts';

/** The ways to an engine, as commands use them; the daemon's door, or a test's. */
export interface Daemon {
  attach(options: SessionOptions, signal: AbortSignal): Promise<EngineSession | null>;
  attachOrHost(options: SessionOptions, signal: AbortSignal): Promise<EngineSession>;
  attachOrState(options: SessionOptions, signal: AbortSignal): Promise<EngineSession>;
  hostEngine(options: SessionOptions, signal: AbortSignal): Promise<EngineSession>;
}

/** What one run of a command works with. */
export interface Context {
  readonly terminal: Terminal;
  readonly output: Output;
  readonly verbose: boolean;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
  /** Loads engine and bridge; called only by commands that need them. */
  readonly loadDaemon: () => Promise<Daemon>;
}

/** Runs the work of the chosen command; given by who builds the program. */
export type Run = (work: (context: Context) => Promise<ExitCode>) => Promise<void>;

/** One command's place in the program; each file in `commands/` exports one. */
export type AddCommand = (program: Command, run: Run) => void;
