import { splitIsolated } from '../format/isolate.ts';

/** A sentence of the catalogue with names in it (format/isolate.ts): each name keeps its own direction. */
export function Phrase({ text }: { readonly text: string }) {
  const pieces = splitIsolated(text);
  if (pieces.length === 1) return text;
  return pieces.map((piece, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one sentence have no other name
    index % 2 === 1 ? <bdi key={index}>{piece}</bdi> : piece,
  );
}
