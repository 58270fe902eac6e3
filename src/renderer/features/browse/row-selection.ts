/** What is chosen in a list of names, and where the focus is. */
export interface RowSelection {
  readonly focus: number;
  /** The name in that row; null before anybody went anywhere. */
  readonly name: string | null;
  /** Where a range begins. */
  readonly anchor: number;
  readonly chosen: ReadonlySet<string>;
}

export const NOTHING_CHOSEN: RowSelection = { focus: 0, name: null, anchor: 0, chosen: new Set() };

/** How a move or a press changes what is chosen. */
export type ChoiceMode =
  /** Only the one that it goes to. */
  | 'one'
  /** Everything from the anchor to it. */
  | 'range'
  /** It is added, or taken out. */
  | 'toggle'
  /** The focus goes, what is chosen stays. */
  | 'keep';

function clamp(index: number, count: number): number {
  return Math.max(0, Math.min(count - 1, index));
}

/** The selection after going to row `index` of `names`. */
export function goToRow(
  selection: RowSelection,
  names: readonly string[],
  index: number,
  mode: ChoiceMode,
): RowSelection {
  if (names.length === 0) return NOTHING_CHOSEN;
  const focus = clamp(index, names.length);
  const name = names[focus] ?? '';
  switch (mode) {
    case 'one':
      return { focus, name, anchor: focus, chosen: new Set([name]) };
    case 'keep':
      return { ...selection, focus, name };
    case 'toggle': {
      const chosen = new Set(selection.chosen);
      if (!chosen.delete(name)) chosen.add(name);
      return { focus, name, anchor: focus, chosen };
    }
    case 'range': {
      const anchor = clamp(selection.anchor, names.length);
      const range = names.slice(Math.min(anchor, focus), Math.max(anchor, focus) + 1);
      return { focus, name, anchor, chosen: new Set(range) };
    }
  }
}

/** Where the focus and what is chosen are after the list has changed; names that are gone are let go. */
export function afterChange(selection: RowSelection, names: readonly string[]): RowSelection {
  const known = new Set(names);
  const chosen = new Set([...selection.chosen].filter((name) => known.has(name)));
  const found = selection.name === null ? -1 : names.indexOf(selection.name);
  const focus = found >= 0 ? found : clamp(selection.focus, Math.max(1, names.length));
  // A range that is drawn further begins where its row is now.
  const anchor = clamp(selection.anchor + focus - selection.focus, Math.max(1, names.length));
  return { focus, name: names[focus] ?? null, anchor, chosen };
}

/** The next row, after `from` and round, whose name begins with `typed`; null: none does. */
export function findTyped(names: readonly string[], from: number, typed: string): number | null {
  const wanted = typed.toLocaleLowerCase();
  for (let step = 0; step < names.length; step += 1) {
    const index = (from + step) % names.length;
    if (names[index]?.toLocaleLowerCase().startsWith(wanted)) return index;
  }
  return null;
}
