import { once } from 'node:events';
import type { EngineSession } from '../daemon/index.ts';
import { EXIT, type ExitCode } from '../shared/exit-codes.ts';
import { Failure } from '../shared/failure.ts';
import type { Context } from './context.ts';

/**
 * For commands that watch: until Ctrl-C (130) or nobody reads the output any more (0).
 * Throws Failure when the engine ends first.
 */
export async function untilEnd(context: Context, session: EngineSession): Promise<ExitCode> {
  const signal = AbortSignal.any([context.signal, context.terminal.outputGone]);
  const ended = session.api.closed.then((failure) => {
    throw failure ?? new Failure('interrupted', { reason: 'engine ended' });
  });
  if (!signal.aborted) await Promise.race([once(signal, 'abort'), ended]);
  // the race is lost now; an end of the engine that comes later is nobody's failure
  ended.catch(() => undefined);
  return context.signal.aborted ? EXIT.interrupted : EXIT.ok;
}
