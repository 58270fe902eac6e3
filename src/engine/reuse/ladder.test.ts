import { expect, test } from 'vitest';
import { Ladder, type Rung } from './ladder.ts';

/** Takes what `wants` says and remembers how to miss it. */
function fakeRung(wants: (file: string) => boolean): Rung<string> & { missed: Map<string, () => void> } {
  const missed = new Map<string, () => void>();
  return {
    missed,
    take: (file, miss) => {
      if (wants(file)) missed.set(file, miss);
      return wants(file);
    },
    get pendingFiles() {
      return missed.size;
    },
    nextAsk: () => null,
    close: () => Promise.resolve(),
  };
}

test('a file goes to the first rung that takes it, on from there when that one misses, and is sent at last', () => {
  const sent: string[] = [];
  const [first, second] = [fakeRung((file) => file !== 'b'), fakeRung((file) => file !== 'c')];
  const ladder = new Ladder([first, second], (file) => sent.push(file));
  for (const file of ['a', 'b', 'c']) ladder.add(file);
  expect([[...first.missed.keys()], [...second.missed.keys()], sent]).toEqual([['a', 'c'], ['b'], []]);
  first.missed.get('a')?.();
  expect([...second.missed.keys()]).toEqual(['b', 'a']);
  first.missed.get('c')?.();
  expect(sent).toEqual(['c']);
  second.missed.get('a')?.();
  expect(sent).toEqual(['c', 'a']);
  expect(ladder.pendingFiles).toBe(4);
});

test('without rungs everything is sent', () => {
  const sent: string[] = [];
  const ladder = new Ladder<string>([], (file) => sent.push(file));
  ladder.add('a');
  expect([sent, ladder.pendingFiles, ladder.nextAsk()]).toEqual([['a'], 0, null]);
});
