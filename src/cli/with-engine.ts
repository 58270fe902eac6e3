import type { EngineSession, SessionOptions } from '../daemon/index.ts';
import type { ExitCode } from '../shared/exit-codes.ts';
import { Failure } from '../shared/failure.ts';
import type { Context } from './context.ts';

type EngineWishes = Partial<SessionOptions['engine']> & { readonly answersOffers?: boolean };

/** The options of a session; by default an engine that drives only this command's work on a free port. */
export function toSessionOptions(context: Context, wishes: EngineWishes = {}): SessionOptions {
  const { answersOffers = false, ...engine } = wishes;
  return {
    env: context.terminal.env,
    verbose: context.verbose,
    answersOffers,
    engine: {
      port: 0,
      listen: null,
      name: null,
      inbox: null,
      accept: 'none',
      announce: true,
      ...engine,
    },
  };
}

type Work = (session: EngineSession) => Promise<ExitCode>;

/** Runs `work` and gives the session back whatever happens; Ctrl-C does not wait for other front ends. */
async function using(context: Context, session: EngineSession, work: Work): Promise<ExitCode> {
  try {
    return await work(session);
  } finally {
    await session.close(context.signal, () =>
      context.output.note(
        'Other Ferry commands still use this one, so it stays until they end; Ctrl-C ends it now.',
      ),
    );
  }
}

/** With the engine of this home, opened here where none runs. */
export async function withEngine(context: Context, wishes: EngineWishes, work: Work): Promise<ExitCode> {
  const daemon = await context.loadDaemon();
  const session = await daemon.attachOrHost(toSessionOptions(context, wishes), context.signal);
  return await using(context, session, work);
}

/** With the state of this home; where no engine runs none is opened. */
export async function withState(context: Context, work: Work): Promise<ExitCode> {
  const daemon = await context.loadDaemon();
  return await using(context, await daemon.attachOrState(toSessionOptions(context), context.signal), work);
}

/** With an engine that runs already. Throws Failure('usage') where none does: what it does would end with us. */
export async function withRunningEngine(
  context: Context,
  wishes: EngineWishes,
  work: Work,
): Promise<ExitCode> {
  const daemon = await context.loadDaemon();
  const session = await daemon.attach(toSessionOptions(context, wishes), context.signal);
  if (session === null) {
    throw new Failure('usage', { reason: 'this needs a Ferry that runs; start one with `ferry serve`' });
  }
  return await using(context, session, work);
}
