import { Argument, type Command } from 'commander';
import type { Trust } from '../../shared/device.ts';
import { escapeText } from '../../shared/escape.ts';
import { EXIT } from '../../shared/exit-codes.ts';
import type { Run } from '../context.ts';
import { toPeerLine } from '../lines.ts';
import { withState } from '../with-engine.ts';

export function addTrustCommand(program: Command, run: Run): void {
  program
    .command('trust')
    .description(
      'say what a paired device may do: `other` may offer, `mine` may also use shares and give orders',
    )
    .argument('<peer>', 'name or beginning of the id')
    .addArgument(new Argument('<trust>').choices(['other', 'mine']))
    .action((peer: string, trust: Trust) =>
      run((context) =>
        withState(context, async ({ api }) => {
          const changed = await api.call('peers.trust', { peer, trust }, context.signal);
          context.output.fact(toPeerLine(changed), `${escapeText(changed.name)} is now: ${changed.trust}.`);
          return EXIT.ok;
        }),
      ),
    );
}
