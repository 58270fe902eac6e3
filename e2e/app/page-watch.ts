import type { Page } from 'playwright-core';

/** What happened on a page since it is watched. */
export interface Seen {
  readonly watchedMs: number;
  /** How often bars and digits were looked at. */
  readonly looks: number;
  /** Sum of all layout shifts that no press of a person explains. */
  readonly shift: number;
  /** Which ones, and what moved. */
  readonly shifts: readonly string[];
  /** How many tasks kept it from answering for over 50 ms. */
  readonly longTasks: number;
  /** All values that each bar has told. */
  readonly bars: readonly { readonly label: string; readonly values: readonly number[] }[];
  /** Every place and width that a slot of digits had. */
  readonly slots: readonly { readonly name: string; readonly places: readonly string[] }[];
  /** Digits that were wider than their slot. */
  readonly overflows: readonly string[];
}

/** Runs in the page. Digits are what ends in a rate or a percent sign and has no element in it. */
const WATCH = `
  const startMs = performance.now();
  const seen = { looks: 0, shift: 0, shifts: [], longTasks: 0, overflows: [] };
  const bars = new Map();
  const slots = new Map();
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue;
      seen.shift += entry.value;
      const what = entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 200) ?? node?.textContent ?? '?');
      seen.shifts.push(entry.value + ': ' + what.join(' + '));
    }
  }).observe({ type: 'layout-shift' });
  new PerformanceObserver((list) => {
    seen.longTasks += list.getEntries().length;
  }).observe({ type: 'longtask' });
  const DIGITS = /^(–|[\\d.,\\u00a0\\u202f]+\\s?([kMGT]?B\\/s|%))$/;
  const look = () => {
    seen.looks += 1;
    for (const bar of document.querySelectorAll('[role=progressbar][aria-valuenow]')) {
      const values = bars.get(bar) ?? [];
      const value = Number(bar.getAttribute('aria-valuenow'));
      if (values.at(-1) !== value) values.push(value);
      bars.set(bar, values);
    }
    for (const digits of document.querySelectorAll('span')) {
      if (digits.childElementCount > 0 || !DIGITS.test(digits.textContent)) continue;
      const slot = digits.parentElement;
      const box = slot.getBoundingClientRect();
      const inside = digits.getBoundingClientRect();
      const name = (slot.closest('[data-region], [role=row]')?.getAttribute('aria-label') ?? '') + ' ' +
        slot.className;
      const place = box.left + ' to ' + box.right;
      const known = slots.get(slot) ?? { name, places: [] };
      if (!known.places.includes(place)) known.places.push(place);
      slots.set(slot, known);
      if (inside.left < box.left - 0.5 || inside.right > box.right + 0.5) {
        seen.overflows.push(digits.textContent + ' in ' + name);
      }
    }
  };
  look();
  setInterval(look, 100);
  window.readWatch = () => ({
    ...seen,
    watchedMs: performance.now() - startMs,
    slots: [...slots.values()],
    bars: [...bars].map(([bar, values]) => ({ label: bar.getAttribute('aria-label') ?? '', values })),
  });
`;

/** Watches a page from now on, from inside. */
export async function startWatching(page: Page): Promise<{ read(): Promise<Seen> }> {
  await page.evaluate(`(() => {${WATCH}})()`);
  return { read: () => page.evaluate<Seen>('window.readWatch()') };
}
