import { expect, test } from 'vitest';
import { holdRows } from './use-held-rows.ts';

test('rows keep their order, what is gone leaves, what is new is counted', () => {
  const held = holdRows(['a', 'b', 'c'], ['new', 'c', 'a'], (row) => row !== 'b');
  expect(held).toEqual({ rows: ['a', 'c'], unseen: 1 });
});

test('what comes behind the last row shows at once', () => {
  const held = holdRows(['a', 'b'], ['new', 'a', 'b', 'older', 'oldest'], () => true);
  expect(held).toEqual({ rows: ['a', 'b', 'older', 'oldest'], unseen: 1 });
});
