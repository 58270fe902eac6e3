import { expect, test } from 'vitest';
import { fromText } from '../wire/byte-name.ts';
import { OfferedItems } from './offered-items.ts';

const names = ['a', 'b'].map((name) => Buffer.from(name));
const misbehaved = expect.objectContaining({ code: 'peer-misbehaved' });

test('takes what was offered, by name', () => {
  const items = new OfferedItems({ names, count: 2 });
  items.accept(fromText('a'));
  expect(() => items.accept(fromText('c'))).toThrow(misbehaved);
});

test('takes no more than was offered where not all names were said', () => {
  const items = new OfferedItems({ names, count: 3 });
  for (const name of ['a', 'x', 'y']) items.accept(fromText(name));
  expect(() => items.accept(fromText('z'))).toThrow(misbehaved);
});

test('takes nothing where nothing was offered', () => {
  expect(() => new OfferedItems({ names: [], count: 0 }).accept(fromText('a'))).toThrow(misbehaved);
});
