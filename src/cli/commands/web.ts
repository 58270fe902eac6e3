import type { Command } from 'commander';
import { EXIT } from '../../shared/exit-codes.ts';
import type { Run } from '../context.ts';
import { toWebLine } from '../lines.ts';
import { withRunningEngine } from '../with-engine.ts';

export function addWebCommand(program: Command, run: Run): void {
  program
    .command('web')
    .description("print a fresh link to the running device's page; it works once, for ten minutes")
    .action(() =>
      run((context) =>
        withRunningEngine(context, {}, async ({ api }) => {
          const { url } = await api.call('web.link', {}, context.signal);
          context.output.fact(toWebLine(url), url);
          return EXIT.ok;
        }),
      ),
    );
}
