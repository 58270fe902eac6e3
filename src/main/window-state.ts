import { z } from 'zod';
import { CONTRASTS, LANGUAGES, THEMES } from '../shared/settings.ts';

export const MIN_WIDTH = 480;
export const MIN_HEIGHT = 480;
const FIRST_WIDTH = 1_180;
const FIRST_HEIGHT = 780;
/** How much of a window must be on a display for a person to be able to take hold of it. */
const MIN_SEEN = 96;

const rectangle = z.object({ x: z.int(), y: z.int(), width: z.int(), height: z.int() });

const shellState = z.object({
  bounds: rectangle.nullable().catch(null),
  maximized: z.boolean().catch(false),
  /** A person has been told that closing the window does not stop copying. */
  toldClosing: z.boolean().catch(false),
  theme: z.enum(THEMES).catch('system'),
  contrast: z.enum(CONTRASTS).catch('system'),
  language: z.enum(LANGUAGES).catch('system'),
});

export type Rectangle = z.infer<typeof rectangle>;

/** What the shell remembers between starts; everything else is the engine's. */
export type ShellState = Readonly<z.infer<typeof shellState>>;

/** Reads what was remembered; what cannot be understood is left out, so an old or broken file does no harm. */
export function readShellState(text: string | null): ShellState {
  let value: unknown = {};
  try {
    value = JSON.parse(text ?? '{}');
  } catch {
    // as on the first start
  }
  const parsed = shellState.safeParse(value);
  return parsed.success ? parsed.data : shellState.parse({});
}

/**
 * Where to open the window: as it was, if enough of it lies on a display that is still there, else in the middle of
 * the first one (position left to the system). `workAreas` are those of all displays, the main one first.
 */
export function openingBounds(
  saved: Rectangle | null,
  workAreas: readonly Rectangle[],
): { readonly x?: number; readonly y?: number; readonly width: number; readonly height: number } {
  const home = saved === null ? undefined : workAreas.find((area) => isReachable(saved, area));
  const area = home ?? workAreas[0];
  const width = fit(saved?.width ?? FIRST_WIDTH, MIN_WIDTH, area?.width);
  const height = fit(saved?.height ?? FIRST_HEIGHT, MIN_HEIGHT, area?.height);
  if (saved === null || home === undefined) return { width, height };
  return { x: saved.x, y: saved.y, width, height };
}

function fit(wanted: number, least: number, most: number | undefined): number {
  return Math.max(least, Math.min(wanted, most ?? wanted));
}

/** Its upper edge, where it is held, is on the display. */
function isReachable(window: Rectangle, area: Rectangle): boolean {
  const seenWidth = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  const isTopSeen = window.y >= area.y && window.y <= area.y + area.height - MIN_SEEN;
  return seenWidth >= MIN_SEEN && isTopSeen;
}

/** Colour of the empty window, so that a start does not flash: `bg` of the theme that will be shown. */
export function windowColour(
  state: Pick<ShellState, 'theme' | 'contrast'>,
  system: { readonly dark: boolean; readonly moreContrast: boolean },
): string {
  const dark = state.theme === 'system' ? system.dark : state.theme === 'dark';
  if (state.contrast === 'more' || system.moreContrast) return dark ? '#000000' : '#FFFFFF';
  return dark ? '#0E1319' : '#F3F6F9';
}
