import { expect, test } from 'vitest';
import type { JobEntry } from '../../shared/job-entry.ts';
import { ENTRY_PAGE, EntryPages, MAX_ENTRY_PAGES } from './use-entries.ts';

function entries(page: number, count = ENTRY_PAGE): JobEntry[] {
  return Array.from({ length: count }, (_, index) => ({
    path: `${page * ENTRY_PAGE + index}`,
    type: 'file',
    bytes: 1,
    state: 'copied',
    code: null,
  }));
}

test('however far somebody scrolls, the same number of pages is kept: those seen last', () => {
  const pages = new EntryPages();
  for (let page = 0; page < 500; page += 1) pages.put(page, entries(page));
  expect(pages.size).toBe(MAX_ENTRY_PAGES);
  expect(pages.at(499 * ENTRY_PAGE + 7)?.path).toBe(`${499 * ENTRY_PAGE + 7}`);
  expect(pages.at(0)).toBeNull();
});

test('a page that grew meanwhile is not whole', () => {
  const pages = new EntryPages();
  pages.put(1, entries(1, 20));
  expect(pages.isWhole(1, ENTRY_PAGE + 20)).toBe(true);
  expect(pages.isWhole(1, ENTRY_PAGE + 21)).toBe(false);
  expect(pages.isWhole(2, 3 * ENTRY_PAGE)).toBe(false);
});
