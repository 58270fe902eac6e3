/** Where F6 goes, in reading order; parts of the screen carry these as `data-region`. */
const REGIONS = ['head', 'nearby', 'views', 'filters', 'requests', 'list', 'detail', 'status'] as const;

export type Region = (typeof REGIONS)[number];

const FOCUSABLE =
  'a[href], button:not([disabled]), input:not([disabled]), [tabindex="0"], [role="row"][tabindex], [role="tab"][tabindex]';

/** Where the focus was in each region last, so that it comes back there. */
const lastFocus = new WeakMap<Element, HTMLElement>();

function elementsOf(region: Region): readonly HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(`[data-region="${region}"]`)];
}

/** Things of the region itself: what stands in a region inside it belongs to that one. */
function focusableIn(element: HTMLElement): readonly HTMLElement[] {
  return [...element.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (each) =>
      each.closest('[data-region]') === element &&
      each.tabIndex >= 0 &&
      each.checkVisibility({ visibilityProperty: true }),
  );
}

function targetIn(region: Region): HTMLElement | null {
  for (const element of elementsOf(region)) {
    const last = lastFocus.get(element);
    if (last?.isConnected && last.checkVisibility({ visibilityProperty: true })) return last;
    const [first] = focusableIn(element);
    if (first !== undefined) return first;
  }
  return null;
}

/** The region in which the focus is, or null. */
function currentRegion(): Region | null {
  const name = document.activeElement?.closest('[data-region]')?.getAttribute('data-region');
  return REGIONS.find((region) => region === name) ?? null;
}

/** Puts the focus into `region`; false when nothing there takes it. */
export function focusRegion(region: Region): boolean {
  const target = targetIn(region);
  target?.focus();
  return target !== null;
}

/** Puts the focus into the next region (or the one before), round and round. */
export function focusNextRegion(step: 1 | -1): void {
  const here = document.activeElement;
  const from = here?.closest('[data-region]') ?? null;
  if (from !== null && here instanceof HTMLElement) lastFocus.set(from, here);
  const current = currentRegion();
  const start = current === null ? (step === 1 ? -1 : 0) : REGIONS.indexOf(current);
  for (let count = 1; count <= REGIONS.length; count += 1) {
    const at = (start + step * count + REGIONS.length * 2) % REGIONS.length;
    const region = REGIONS[at];
    if (region !== undefined && focusRegion(region)) return;
  }
}
