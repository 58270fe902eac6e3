import type { Command } from 'commander';
import { escapeText } from '../../shared/escape.ts';
import { EXIT, type ExitCode } from '../../shared/exit-codes.ts';
import type { Context, Run } from '../context.ts';
import { toPeerLine } from '../lines.ts';
import { readCode } from '../prompt.ts';
import { withEngine } from '../with-engine.ts';

export function addJoinCommand(program: Command, run: Run): void {
  program
    .command('join')
    .description(
      'pair with the device that made an invite; the code comes from a prompt, stdin or FERRY_CODE',
    )
    .argument('<host:port>', 'where that device listens')
    .action((address: string) => run((context) => join(context, address)));
}

async function join(context: Context, address: string): Promise<ExitCode> {
  const code = await readCode(context);
  return await withEngine(context, {}, async ({ api }) => {
    const peer = await api.call('invite.join', { address, code }, context.signal);
    context.output.fact(toPeerLine(peer), `Paired with ${escapeText(peer.name)}.`);
    return EXIT.ok;
  });
}
