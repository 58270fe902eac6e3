import { resolve } from 'node:path';
import type { Command } from 'commander';
import { escapeText } from '../../shared/escape.ts';
import { EXIT } from '../../shared/exit-codes.ts';
import type { Run } from '../context.ts';
import { toJobLine, toOfferLine } from '../lines.ts';
import { withRunningEngine } from '../with-engine.ts';

interface AnswerFlags {
  readonly into?: string;
  readonly always?: boolean;
}

const JOB_HELP = 'job of the offer, or its beginning';

export function addAcceptCommand(program: Command, run: Run): void {
  program
    .command('accept')
    .description('take an offer')
    .argument('<job>', JOB_HELP)
    .option('--into <dir>', 'put it there instead of the inbox')
    .option('--always', 'take everything from this device from now on')
    .action((job: string, flags: AnswerFlags) =>
      run((context) =>
        withRunningEngine(context, {}, async ({ api }) => {
          const into = flags.into === undefined ? null : resolve(context.terminal.cwd, flags.into);
          const view = await api.call(
            'offers.accept',
            { job, into, always: flags.always === true ? { maxBytes: null } : null, onConflict: null },
            context.signal,
          );
          context.output.fact(toJobLine(view), `Accepted; \`ferry wait ${view.job}\` shows how it goes.`);
          return EXIT.ok;
        }),
      ),
    );
}

export function addDeclineCommand(program: Command, run: Run): void {
  program
    .command('decline')
    .description('refuse an offer')
    .argument('<job>', JOB_HELP)
    .option('--into <dir>', 'without meaning here')
    .option('--always', 'without meaning here')
    .action((job: string) =>
      run((context) =>
        withRunningEngine(context, {}, async ({ api }) => {
          const offer = await api.call('offers.decline', { job }, context.signal);
          context.output.fact(toOfferLine(offer), `Declined what ${escapeText(offer.peer.name)} offered.`);
          return EXIT.ok;
        }),
      ),
    );
}
