import type { Command } from 'commander';
import { escapeText } from '../../shared/escape.ts';
import { EXIT } from '../../shared/exit-codes.ts';
import type { Run } from '../context.ts';
import { parseName } from '../parse-name.ts';
import { withEngine } from '../with-engine.ts';

export function addRenameCommand(program: Command, run: Run): void {
  program
    .command('rename')
    .description('change the name that others see')
    .argument('<name>', 'new name', parseName)
    .action((name: string) =>
      run((context) =>
        withEngine(context, {}, async ({ api }) => {
          const device = await api.call('device.rename', { name }, context.signal);
          context.output.fact(
            { kind: 'device', id: device.id, name: device.name },
            `This device is now: ${escapeText(device.name)}.`,
          );
          return EXIT.ok;
        }),
      ),
    );
}
