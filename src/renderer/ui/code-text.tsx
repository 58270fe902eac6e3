/** A sentence of the app with commands between backticks, which look like what is typed. */
export function CodeText({ text }: { readonly text: string }) {
  const pieces = text.split('`');
  if (pieces.length < 3) return text;
  return pieces.map((piece, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one sentence have no other name
      <code key={index} className="rounded border border-line bg-sunken px-1 font-mono text-12 text-text">
        {piece}
      </code>
    ) : (
      piece
    ),
  );
}
