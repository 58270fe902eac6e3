import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { EngineSession } from '../../daemon/index.ts';
import { escapeText } from '../../shared/escape.ts';
import { EXIT, type ExitCode } from '../../shared/exit-codes.ts';
import type { ShareView } from '../../shared/share.ts';
import type { Context, Run } from '../context.ts';
import { toShareLine } from '../lines.ts';
import { tableLines } from '../table.ts';
import { withState } from '../with-engine.ts';

type Readers = readonly string[] | 'mine';
type Writers = Readers | 'none';

interface ShareFlags {
  readonly readers: Readers;
  readonly writers: Writers;
}

/** PEER[,PEER...], or the word for all of a person's own devices. */
function parseDevices(text: string): Readers {
  if (text === 'mine') return 'mine';
  const peers = text.split(',').map((peer) => peer.trim());
  if (peers.includes('')) throw new InvalidArgumentError('It is `mine`, or a list of peers: PEER[,PEER...].');
  return peers;
}

function parseWriters(text: string): Writers {
  return text === 'none' ? 'none' : parseDevices(text);
}

export function addShareCommand(program: Command, run: Run): void {
  const share = program.command('share').description('folders that your other devices may use');
  share
    .command('add')
    .description('share a folder, or change how it is shared; only devices trusted as `mine` get in')
    .argument('<name>')
    .argument('<dir>')
    .option('--readers <peer,...>', 'who may read it: `mine` (all of yours) or a list', parseDevices, 'mine')
    .option('--writers <peer,...>', 'who may write it: `none`, `mine` or a list', parseWriters, 'none')
    .action((name: string, dir: string, flags: ShareFlags) =>
      run((context) => add(context, name, dir, flags)),
    );
  share
    .command('remove')
    .description('stop sharing it')
    .argument('<name>')
    .action((name: string) =>
      run((context) =>
        withState(context, async ({ api }) => {
          const gone = await api.call('shares.remove', { name }, context.signal);
          context.output.fact(toShareLine(gone), `${escapeText(gone.name)} is not shared any more.`);
          return EXIT.ok;
        }),
      ),
    );
  share
    .command('list')
    .description('list the shares')
    .action(() => run((context) => withState(context, (session) => list(context, session))));
}

async function add(context: Context, name: string, dir: string, flags: ShareFlags): Promise<ExitCode> {
  const path = resolve(context.terminal.cwd, dir);
  return await withState(context, async ({ api }) => {
    const share = await api.call('shares.set', { name, dir: path, ...flags }, context.signal);
    const warning = share.opens === null ? '' : ` It opens ${OPENS[share.opens]}.`;
    const text = `${escapeText(share.name)} shares ${escapeText(share.dir)}.${warning}`;
    context.output.fact(toShareLine(share), text);
    return EXIT.ok;
  });
}

const OPENS = { home: 'your whole home folder', root: 'this whole machine' } as const;

async function list(context: Context, { api }: EngineSession): Promise<ExitCode> {
  const [shares, peers] = await Promise.all([
    api.call('shares.list', {}, context.signal),
    api.call('peers.list', {}, context.signal),
  ]);
  const nameOf = (id: string): string => peers.find((peer) => peer.id === id)?.name ?? id.slice(0, 12);
  const who = (devices: ShareView['writers']): string =>
    typeof devices === 'string'
      ? devices
      : devices.map((id) => escapeText(nameOf(id))).join(', ') || 'nobody';
  const rows = tableLines(
    shares.map(({ name, dir, readers, writers, isThere }) => [
      escapeText(name),
      `read: ${who(readers)}`,
      `write: ${who(writers)}`,
      `${escapeText(dir)}${isThere ? '' : ' (not there)'}`,
    ]),
  );
  for (const [index, share] of shares.entries()) context.output.fact(toShareLine(share), rows[index] ?? null);
  if (shares.length === 0)
    context.output.text('Nothing is shared. `ferry share add NAME DIR` shares a folder.');
  return EXIT.ok;
}
