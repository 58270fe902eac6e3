import { type Command, Option } from 'commander';
import { Failure } from '../../shared/failure.ts';
import type { Run } from '../context.ts';
import { addCopyFlags } from '../copy-flags.ts';

/** Commands of the contract whose work is not built yet: their usage parses, and they say so. */
interface PlannedCommand {
  /** Name and arguments, as commander reads them. */
  readonly usage: string;
  readonly description: string;
  /** Flags with their help. */
  readonly flags?: readonly (readonly [flags: string, description: string])[];
  /** Takes the flags of every copy. */
  readonly copies?: boolean;
}

const PLANNED: readonly PlannedCommand[] = [
  { usage: 'cp <paths...>', description: 'copy between here and shares of others: SRC... DST', copies: true },
];

function addPlanned(parent: Command, planned: PlannedCommand, run: Run): void {
  const command = parent.command(planned.usage).description(`${planned.description} (not built yet)`);
  for (const [flags, description] of planned.flags ?? []) command.addOption(new Option(flags, description));
  if (planned.copies === true) addCopyFlags(command);
  const name = command.name();
  command.action(() =>
    run(() => Promise.reject(new Failure('usage', { reason: `\`ferry ${name}\` is not built yet` }))),
  );
}

/** The top-level ones. */
export function addPlannedCommands(program: Command, run: Run): void {
  for (const planned of PLANNED) addPlanned(program, planned, run);
}
