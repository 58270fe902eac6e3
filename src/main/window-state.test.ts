import { expect, test } from 'vitest';
import { MIN_HEIGHT, MIN_WIDTH, openingBounds, readShellState, windowColour } from './window-state.ts';

const MAIN = { x: 0, y: 0, width: 1920, height: 1040 };
const LEFT = { x: -1280, y: 100, width: 1280, height: 900 };

test('a window opens where it was, on the display it was on', () => {
  const saved = { x: -1200, y: 150, width: 900, height: 700 };
  expect(openingBounds(saved, [MAIN, LEFT])).toEqual(saved);
});

test('a window whose display is gone keeps its size and leaves its place to the system', () => {
  const saved = { x: -1200, y: 150, width: 900, height: 700 };
  expect(openingBounds(saved, [MAIN])).toEqual({ width: 900, height: 700 });
});

test('a window that nobody could take hold of is not opened there', () => {
  for (const place of [
    { x: 1900, y: 10 },
    { x: 10, y: -40 },
    { x: 10, y: 1030 },
    { x: -870, y: 10 },
  ]) {
    expect(openingBounds({ ...place, width: 900, height: 700 }, [MAIN])).toEqual({ width: 900, height: 700 });
  }
});

test('a window is never larger than its display nor smaller than its content', () => {
  expect(openingBounds({ x: 0, y: 0, width: 5000, height: 20 }, [MAIN])).toEqual({
    x: 0,
    y: 0,
    width: 1920,
    height: MIN_HEIGHT,
  });
  const tiny = { x: 0, y: 0, width: 300, height: 300 };
  expect(openingBounds(null, [tiny])).toEqual({ width: MIN_WIDTH, height: MIN_HEIGHT });
  expect(openingBounds(null, [])).toEqual({ width: 1180, height: 780 });
});

test('what was remembered is read; what cannot be understood is as on the first start', () => {
  const state = { bounds: { x: 1, y: 2, width: 3, height: 4 }, maximized: true, toldClosing: true };
  expect(readShellState(JSON.stringify(state))).toMatchObject(state);
  const first = readShellState(null);
  expect(first).toMatchObject({ bounds: null, maximized: false, theme: 'system', language: 'system' });
  for (const odd of ['', '{', '[]', '3', 'null', '{"bounds":{"x":"1"},"theme":"pink"}']) {
    expect(readShellState(odd), odd).toEqual(first);
  }
});

test('one broken part does not spoil the others', () => {
  expect(readShellState('{"theme":"dark","bounds":7}')).toMatchObject({ theme: 'dark', bounds: null });
});

test('the empty window has the ground of the theme that comes', () => {
  const day = { dark: false, moreContrast: false };
  const night = { dark: true, moreContrast: false };
  expect(windowColour({ theme: 'system', contrast: 'system' }, day)).toBe('#F3F6F9');
  expect(windowColour({ theme: 'system', contrast: 'system' }, night)).toBe('#0E1319');
  expect(windowColour({ theme: 'light', contrast: 'system' }, night)).toBe('#F3F6F9');
  expect(windowColour({ theme: 'dark', contrast: 'more' }, day)).toBe('#000000');
  expect(windowColour({ theme: 'light', contrast: 'system' }, { ...day, moreContrast: true })).toBe(
    '#FFFFFF',
  );
});
