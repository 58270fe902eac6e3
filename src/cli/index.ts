import { EXIT } from '../shared/exit-codes.ts';
import { reportMetricsAtExit } from './metrics.ts';
import { runCli } from './run-cli.ts';
import { createProcessTerminal } from './terminal.ts';

reportMetricsAtExit(process.env);
const terminal = createProcessTerminal(() => process.exit(EXIT.interrupted));
const exit = await runCli(process.argv.slice(2), terminal);
// written out first: on some systems a pipe is written later than exit
await new Promise<void>((resolve) => {
  if (process.stdout.writableEnded || terminal.outputGone.aborted) resolve();
  else process.stdout.write('', () => resolve());
});
process.exit(exit);
