/** Marks the search box; found by mark, since it is a field of whichever head is on the screen. */
export const SEARCH_MARK = 'data-search';

/** Puts the focus into the search box, once it is there. */
export function focusSearch(): void {
  requestAnimationFrame(() => {
    const box = document.querySelector<HTMLInputElement>(`[${SEARCH_MARK}] input`);
    box?.focus();
    box?.select();
  });
}
