/**
 * The only style elements that may appear in the page: React Aria puts them in by itself. A hash lets in exactly
 * these texts, `'unsafe-inline'` would let in any.
 */
export const INLINE_STYLES = [
  '@layer {\n  [data-react-aria-pressable] {\n    touch-action: pan-x pan-y pinch-zoom;\n  }\n}',
  '@layer {\n  * {\n    overscroll-behavior: contain;\n  }\n}',
] as const;
