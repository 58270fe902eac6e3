import { type Command, InvalidArgumentError } from 'commander';
import type { EngineSession } from '../../daemon/index.ts';
import type { EngineEvent } from '../../shared/engine-api.ts';
import { escapeText } from '../../shared/escape.ts';
import { EXIT, type ExitCode, exitForFailure } from '../../shared/exit-codes.ts';
import { Failure } from '../../shared/failure.ts';
import {
  DEFAULT_SECONDS_PER_STEP,
  MAX_SECONDS_PER_STEP,
  type NetworkTestView,
} from '../../shared/network-test.ts';
import { benchLines, toBenchLine } from '../bench-display.ts';
import type { Context, Run } from '../context.ts';
import { withEngine } from '../with-engine.ts';

interface BenchFlags {
  readonly seconds: number;
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || seconds < 0.1 || seconds > MAX_SECONDS_PER_STEP) {
    throw new InvalidArgumentError(`It is a number of seconds, at most ${MAX_SECONDS_PER_STEP}.`);
  }
  return seconds;
}

export function addBenchCommand(program: Command, run: Run): void {
  program
    .command('bench')
    .description('measure the way to a paired device, memory to memory, with more and more connections')
    .argument('<peer>', 'name, or beginning of the id')
    .option(
      '--seconds <n>',
      'how long each number of connections is measured',
      parseSeconds,
      DEFAULT_SECONDS_PER_STEP,
    )
    .action((peer: string, { seconds }: BenchFlags) =>
      run((context) => withEngine(context, {}, (session) => bench(context, session, peer, seconds))),
    );
}

async function bench(
  context: Context,
  session: EngineSession,
  peer: string,
  seconds: number,
): Promise<ExitCode> {
  const { output, signal } = context;
  const ended = Promise.withResolvers<NetworkTestView>();
  let test: string | null = null;
  const listener = ({ event }: { readonly event: EngineEvent }): void => {
    if (event.kind !== 'network-test-changed' || (test !== null && event.networkTest.test !== test)) return;
    if (event.networkTest.state !== 'running') ended.resolve(event.networkTest);
    else output.live(benchLines(event.networkTest));
  };
  const listening = new AbortController();
  void session.api.closed.then((failure) => ended.reject(failure ?? new Failure('interrupted')));
  signal.addEventListener('abort', () => ended.reject(new Failure('cancelled')), { once: true });
  try {
    const started = await session.api.call('network.test', { peer, secondsPerStep: seconds }, signal);
    test = started.test;
    session.api.subscribe(listener, listening.signal);
    // It may have ended before anybody listened.
    const { networkTests } = await session.api.snapshot(signal);
    const now = networkTests.find((view) => view.test === test);
    if (now !== undefined && now.state !== 'running') ended.resolve(now);
    return tell(context, await ended.promise);
  } catch (error) {
    if (test !== null && signal.aborted) await stop(session, test);
    throw error;
  } finally {
    listening.abort();
    output.live([]);
  }
}

/** Ctrl-C: the test would go on in an engine that stays. */
async function stop(session: EngineSession, test: string): Promise<void> {
  await session.api.call('network.stopTest', { test }, AbortSignal.timeout(2_000)).catch(() => undefined);
}

function tell({ output }: Context, view: NetworkTestView): ExitCode {
  output.live([]);
  if (view.state === 'done') {
    output.fact(toBenchLine(view), benchLines(view).join('\n'));
    return EXIT.ok;
  }
  const failure = Failure.fromData(
    view.failure ?? { code: 'cancelled', subject: escapeText(view.peer.name) },
  );
  output.error(failure);
  return exitForFailure(failure.code);
}
