import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterChange, type ChoiceMode, findTyped, goToRow, NOTHING_CHOSEN } from './row-selection.ts';

const NAMES = ['a', 'b', 'c', 'd', 'Delta', 'e'];

test('a range grows and shrinks from where it began', () => {
  const first = goToRow(NOTHING_CHOSEN, NAMES, 1, 'one');
  const down = goToRow(first, NAMES, 3, 'range');
  expect([...down.chosen]).toEqual(['b', 'c', 'd']);
  expect([...goToRow(down, NAMES, 0, 'range').chosen]).toEqual(['a', 'b']);
});

test('one by one', () => {
  const two = goToRow(goToRow(NOTHING_CHOSEN, NAMES, 1, 'one'), NAMES, 3, 'toggle');
  expect([...two.chosen]).toEqual(['b', 'd']);
  expect([...goToRow(two, NAMES, 1, 'toggle').chosen]).toEqual(['d']);
  expect(goToRow(two, NAMES, 5, 'keep').chosen).toEqual(two.chosen);
});

test('whatever is done, focus and choice are in the list', () => {
  const modes = fc.constantFrom<ChoiceMode>('one', 'range', 'toggle', 'keep');
  const steps = fc.array(fc.tuple(fc.integer({ min: -3, max: 9 }), modes));
  fc.assert(
    fc.property(steps, fc.subarray(NAMES), (moves, left) => {
      let selection = NOTHING_CHOSEN;
      for (const [index, mode] of moves) selection = goToRow(selection, NAMES, index, mode);
      const after = afterChange(selection, left);
      expect(after.focus).toBeLessThan(Math.max(1, left.length));
      for (const name of after.chosen) expect(left).toContain(name);
    }),
  );
});

test('the focus stays on its row when others come before it', () => {
  const third = goToRow(NOTHING_CHOSEN, NAMES, 2, 'one');
  const after = afterChange(third, ['0', ...NAMES]);
  expect(after).toEqual({ focus: 3, name: 'c', anchor: 3, chosen: new Set(['c']) });
  expect(afterChange(third, ['a', 'b']).focus).toBe(1);
});

test('typing finds the next one, round and round', () => {
  expect(findTyped(NAMES, 0, 'd')).toBe(3);
  expect(findTyped(NAMES, 4, 'd')).toBe(4);
  expect(findTyped(NAMES, 5, 'D')).toBe(3);
  expect(findTyped(NAMES, 0, 'dx')).toBeNull();
  expect(findTyped([], 0, 'd')).toBeNull();
});
