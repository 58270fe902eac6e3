import type { Command } from 'commander';
import { escapeText } from '../../shared/escape.ts';
import { EXIT } from '../../shared/exit-codes.ts';
import type { Run } from '../context.ts';
import { toPeerLine } from '../lines.ts';
import { withEngine } from '../with-engine.ts';

export function addUnpairCommand(program: Command, run: Run): void {
  program
    .command('unpair')
    .description('forget a paired device; what it may do here ends at once')
    .argument('<peer>', 'name or beginning of the id')
    .action((peer: string) =>
      run((context) =>
        withEngine(context, {}, async ({ api }) => {
          const gone = await api.call('peers.unpair', { peer }, context.signal);
          context.output.fact(toPeerLine(gone), `${escapeText(gone.name)} is not paired any more.`);
          return EXIT.ok;
        }),
      ),
    );
}
