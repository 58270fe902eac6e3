import { join } from 'node:path';

/** The argument that starts without showing the window. */
export const HIDDEN_ARGUMENT = '--hidden';

/** Where a Linux desktop looks for what starts with a person's session. */
export function autostartPath(env: NodeJS.ProcessEnv, homeFolder: string): string {
  const config = env['XDG_CONFIG_HOME'];
  // the specification says to ignore a relative one
  const base = config?.startsWith('/') ? config : join(homeFolder, '.config');
  return join(base, 'autostart', 'ferry.desktop');
}

/**
 * One argument as the Exec line of a desktop entry has it: quoted, with the quoting of both layers (string values
 * and Exec), and `%` doubled, which would be a field code.
 */
export function execArgument(argument: string): string {
  const quoted = argument.replaceAll(/["`$\\]/g, (character) => `\\${character}`);
  const stringValue = quoted
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return `"${stringValue.replaceAll('%', '%%')}"`;
}

/** Text of the autostart entry that starts `program` (with `args`) hidden. */
export function autostartText(program: string, args: readonly string[] = []): string {
  const exec = [program, ...args, HIDDEN_ARGUMENT].map(execArgument).join(' ');
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Version=1.5',
    'Name=Ferry',
    `Exec=${exec}`,
    'Icon=ferry',
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}
