import type { ChoiceMode } from './row-selection.ts';

/** What a key means on a row of a pane. */
export type ListMeaning =
  | { readonly kind: 'go'; readonly to: (focus: number, count: number) => number; readonly mode: ChoiceMode }
  | { readonly kind: 'toggle' | 'open' | 'up' | 'copy' | 'all' | 'none' | 'new-folder' }
  | { readonly kind: 'type'; readonly letter: string };

export interface ListKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

const MOVES: Readonly<Record<string, (pageRows: number) => (focus: number, count: number) => number>> = {
  ArrowDown: () => (focus) => focus + 1,
  ArrowUp: () => (focus) => focus - 1,
  Home: () => () => 0,
  End: () => (_focus, count) => count - 1,
  PageDown: (pageRows) => (focus) => focus + pageRows,
  PageUp: (pageRows) => (focus) => focus - pageRows,
};

/** What a key does in a list of which `pageRows` rows are to be seen. Null: it is somebody else's. */
export function listMeaning(event: ListKey, pageRows: number): ListMeaning | null {
  const isCommand = event.ctrlKey || event.metaKey;
  const move = MOVES[event.key];
  if (move !== undefined && !event.altKey) {
    const mode = event.shiftKey ? 'range' : isCommand ? 'keep' : 'one';
    return { kind: 'go', to: move(pageRows), mode };
  }
  if (event.key === 'ArrowUp' && event.altKey) return { kind: 'up' };
  if (event.key === ' ') return { kind: 'toggle' };
  if (isCommand && event.key.toLowerCase() === 'a') return { kind: 'all' };
  if (isCommand || event.altKey) return null;
  switch (event.key) {
    case 'Enter':
      return { kind: 'open' };
    case 'Backspace':
      return { kind: 'up' };
    case 'F5':
      return { kind: 'copy' };
    case 'F7':
      return { kind: 'new-folder' };
    case 'Escape':
      return { kind: 'none' };
    default:
      return event.key.length === 1 ? { kind: 'type', letter: event.key } : null;
  }
}
