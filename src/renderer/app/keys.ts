/** Accelerators as the table of commands writes them (`CmdOrCtrl+Shift+O`), for pages. */

const SPECIAL: Readonly<Record<string, string>> = { Space: ' ', Up: 'ArrowUp', Down: 'ArrowDown' };

export interface PressedKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** Whether `pressed` is `keys`. `isMac` says what CmdOrCtrl is. */
export function isPressed(keys: string, pressed: PressedKey, isMac: boolean): boolean {
  const parts = keys.split('+');
  const main = parts.at(-1) ?? '';
  const has = (name: string) => parts.includes(name);
  const wantsCommand = has('CmdOrCtrl');
  return (
    pressed.key.toLowerCase() === (SPECIAL[main] ?? main).toLowerCase() &&
    pressed.metaKey === (wantsCommand && isMac) &&
    pressed.ctrlKey === (has('Ctrl') || (wantsCommand && !isMac)) &&
    pressed.altKey === has('Alt') &&
    pressed.shiftKey === has('Shift')
  );
}

const MAC: Readonly<Record<string, string>> = { CmdOrCtrl: '⌘', Ctrl: '⌃', Alt: '⌥', Shift: '⇧' };

/** The keys as people of this system read them, one part each. */
export function keyParts(keys: string, isMac: boolean): readonly string[] {
  return keys.split('+').map((part) => (isMac ? (MAC[part] ?? part) : part === 'CmdOrCtrl' ? 'Ctrl' : part));
}
