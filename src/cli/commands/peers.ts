import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import type { EngineSession } from '../../daemon/index.ts';
import type { PeerView } from '../../shared/device.ts';
import { EXIT, type ExitCode } from '../../shared/exit-codes.ts';
import type { Context, Run } from '../context.ts';
import { toPeerLine } from '../lines.ts';
import { parsePort } from '../parse-port.ts';
import { peerRow } from '../peer-text.ts';
import { tableLines } from '../table.ts';
import { untilEnd } from '../until-end.ts';
import { withEngine } from '../with-engine.ts';

/** An engine that has just started hears the others within this time. */
const DISCOVERY_MS = 3_000;

interface PeersFlags {
  readonly watch?: boolean;
  readonly port: number;
}

export function addPeersCommand(program: Command, run: Run): void {
  program
    .command('peers')
    .description('list the devices that are paired or announce themselves')
    .option('--watch', 'go on and tell every change')
    .option('--port <n>', 'port to listen on (default: a free one)', parsePort, 0)
    .action((flags: PeersFlags) =>
      run((context) =>
        withEngine(context, { port: flags.port }, (session) =>
          flags.watch === true ? watchPeers(context, session) : listPeers(context, session),
        ),
      ),
    );
}

async function listPeers(context: Context, session: EngineSession): Promise<ExitCode> {
  if (session.hosting) await delay(DISCOVERY_MS, undefined, { signal: context.signal });
  const peers = await session.api.call('peers.list', {}, context.signal);
  const rows = tableLines(peers.map(peerRow));
  for (const [index, peer] of peers.entries()) context.output.fact(toPeerLine(peer), rows[index] ?? null);
  if (peers.length === 0) context.output.text('No other device is known, and none announces itself here.');
  return EXIT.ok;
}

async function watchPeers(context: Context, session: EngineSession): Promise<ExitCode> {
  const known = new Map<string, PeerView>();
  const told = new Map<string, string>();
  const tell = (peer: PeerView): void => {
    const [row = ''] = tableLines([peerRow(peer)]);
    const line = toPeerLine(peer);
    known.set(peer.shortId, peer);
    // a later sighting changes only when it was seen last: nothing to tell
    if (told.get(peer.shortId) === JSON.stringify(line)) return;
    told.set(peer.shortId, JSON.stringify(line));
    context.output.fact(line, row);
  };
  session.api.subscribe(({ event }) => {
    if (event.kind === 'peer-changed') tell(event.peer);
    if (event.kind === 'peer-removed') {
      const gone = known.get(event.shortId);
      if (gone !== undefined) tell({ ...gone, online: false, paired: false, trust: 'none', addresses: [] });
    }
  }, context.signal);
  const snapshot = await session.api.snapshot(context.signal);
  snapshot.peers.forEach(tell);
  return await untilEnd(context, session);
}
