import { once } from 'node:events';
import type { Command } from 'commander';
import type { EngineSession } from '../../daemon/index.ts';
import type { PairingView } from '../../shared/device.ts';
import { escapeText } from '../../shared/escape.ts';
import { EXIT, type ExitCode } from '../../shared/exit-codes.ts';
import { Failure } from '../../shared/failure.ts';
import type { Context, Run } from '../context.ts';
import { toPairingLine } from '../lines.ts';
import { Prompt } from '../prompt.ts';
import { withEngine } from '../with-engine.ts';

const SAY_NO_TIMEOUT_MS = 2_000;

export function addPairCommand(program: Command, run: Run): void {
  program
    .command('pair')
    .description(
      'pair by comparing six digits on both screens; without a peer, wait for the other one to start',
    )
    .argument('[peer]', 'name, id or HOST:PORT of the device that waits with `ferry pair`')
    .action((target: string | undefined) =>
      run((context) =>
        withEngine(context, {}, async (session) => {
          const pairing =
            target === undefined
              ? await waitForInitiator(context, session)
              : await session.api.call('pair.start', { target }, context.signal);
          return await compare(context, session, pairing);
        }),
      ),
    );
}

/** Opens the window and resolves with the first pairing that has its digits. Throws Failure('expired'). */
async function waitForInitiator(context: Context, session: EngineSession): Promise<PairingView> {
  const { api } = session;
  const found = new AbortController();
  let pairing: PairingView | null = null;
  api.subscribe(
    ({ event }) => {
      if (event.kind !== 'pairing-changed' || event.pairing.role !== 'responder') return;
      if (event.pairing.code === null && event.pairing.state !== 'failed') return;
      pairing ??= event.pairing;
      found.abort();
    },
    AbortSignal.any([context.signal, found.signal]),
  );
  const { expiresMs } = await api.call('pair.open', {}, context.signal);
  const device = await api.call('device.get', {}, context.signal);
  const address = escapeText(device.addresses[0] ?? device.name);
  context.output.text(`Open for pairing for two minutes. On the other device: \`ferry pair ${address}\``);
  const expired = AbortSignal.timeout(Math.max(0, expiresMs - Date.now()));
  const end = AbortSignal.any([context.signal, found.signal, expired]);
  if (!end.aborted) await once(end, 'abort');
  if (context.signal.aborted) throw new Failure('cancelled');
  if (pairing === null) throw new Failure('expired', { reason: 'nobody came to pair' });
  return pairing;
}

/** Shows the digits, asks, and tells the end. No answer (stdin has ended) is a no. */
async function compare(context: Context, session: EngineSession, pairing: PairingView): Promise<ExitCode> {
  const { output } = context;
  const name = escapeText(pairing.peer?.name ?? 'the other device');
  if (pairing.state === 'failed') return tellEnd(context, pairing, name);
  const digits = output.paint('bold', spaced(pairing.code ?? ''));
  output.fact(toPairingLine(pairing), `Pairing with ${name}. Both screens must show: ${digits}`);
  const failed = new AbortController();
  session.api.subscribe(({ event }) => {
    if (event.kind === 'pairing-changed' && event.pairing.pairing === pairing.pairing) {
      if (event.pairing.state === 'failed') failed.abort(event.pairing);
    }
  }, context.signal);
  const prompt = new Prompt(context);
  try {
    const answered = AbortSignal.any([context.signal, failed.signal]);
    const matches = await askUntilClear(prompt, answered);
    const input = { pairing: pairing.pairing, matches };
    return tellEnd(context, await session.api.call('pair.confirm', input, context.signal), name);
  } catch (error) {
    // leaving without an answer is a no, and the other person should not wait for it
    if (context.signal.aborted) await sayNo(session, pairing);
    // the other side said no, or went away, while the question stood
    else if (failed.signal.aborted) return tellEnd(context, failed.signal.reason as PairingView, name);
    throw error;
  } finally {
    prompt.close();
  }
}

async function sayNo(session: EngineSession, { pairing }: PairingView): Promise<void> {
  const signal = AbortSignal.timeout(SAY_NO_TIMEOUT_MS);
  // best effort: the pairing runs out by itself too
  await session.api.call('pair.confirm', { pairing, matches: false }, signal).catch(() => undefined);
}

async function askUntilClear(prompt: Prompt, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    const answer = await prompt.ask('Do they match? (yes/no) ', signal);
    if (answer === null || /^no?$/i.test(answer)) return false;
    if (/^y(es)?$/i.test(answer)) return true;
  }
}

function tellEnd(context: Context, end: PairingView, name: string): ExitCode {
  if (end.state === 'done') {
    context.output.fact(toPairingLine(end), `Paired with ${name}.`);
    return EXIT.ok;
  }
  context.output.fact(toPairingLine(end), null);
  throw end.failure === null ? new Failure('pairing-mismatch') : Failure.fromData(end.failure);
}

function spaced(code: string): string {
  return `${code.slice(0, 3)} ${code.slice(3)}`;
}
