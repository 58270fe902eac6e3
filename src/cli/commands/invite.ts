import { once } from 'node:events';
import { type Command, Option } from 'commander';
import type { EngineSession } from '../../daemon/index.ts';
import type { Trust } from '../../shared/device.ts';
import { escapeText } from '../../shared/escape.ts';
import { EXIT, type ExitCode } from '../../shared/exit-codes.ts';
import { Failure } from '../../shared/failure.ts';
import type { Context, Run } from '../context.ts';
import { toInviteLine } from '../lines.ts';
import { withEngine } from '../with-engine.ts';

export function addInviteCommand(program: Command, run: Run): void {
  program
    .command('invite')
    .description('print a code that pairs one other device with this one')
    .addOption(
      new Option('--trust <trust>', 'what the other device may do here')
        .choices(['other', 'mine'])
        .default('other'),
    )
    .action((flags: { readonly trust: Trust }) =>
      run((context) => withEngine(context, {}, (session) => invite(context, session, flags.trust))),
    );
}

async function invite(context: Context, session: EngineSession, trust: Trust): Promise<ExitCode> {
  const { api } = session;
  const joined = new AbortController();
  const before = new Set<string>();
  api.subscribe(({ event }) => {
    if (event.kind === 'peer-changed' && event.peer.paired && !before.has(event.peer.shortId)) joined.abort();
  }, context.signal);
  for (const peer of await api.call('peers.list', {}, context.signal)) {
    if (peer.paired) before.add(peer.shortId);
  }
  const made = await api.call('invite.create', { trust }, context.signal);
  const [address = 'HOST:PORT'] = made.addresses;
  context.output.fact(
    toInviteLine(made),
    `${context.output.paint('bold', made.code)}\nOn the other device: \`ferry join ${escapeText(address)}\` and type this code. It works once, for ten minutes.`,
  );
  // an engine of our own has to be there when the other device comes
  if (session.hosting) await waitForGuest(context, joined.signal, made.expires);
  return context.signal.aborted ? EXIT.interrupted : EXIT.ok;
}

async function waitForGuest(context: Context, joined: AbortSignal, expiresMs: number): Promise<void> {
  const expired = AbortSignal.timeout(Math.max(0, expiresMs - Date.now()));
  const end = AbortSignal.any([context.signal, joined, expired]);
  if (!end.aborted) await once(end, 'abort');
  if (expired.aborted && !joined.aborted) throw new Failure('expired', { reason: 'nobody joined' });
  if (joined.aborted) context.output.text('Paired.');
}
