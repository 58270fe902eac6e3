/** Characters kept of the end of a name, so that its extension stays to be seen. */
const TAIL = 12;

/** A name in two parts: the first may be cut by the layout, the second always shows. Text, never markup. */
export function splitName(name: string): readonly [head: string, tail: string] {
  const characters = Array.from(name);
  if (characters.length <= TAIL * 2) return [name, ''];
  return [characters.slice(0, -TAIL).join(''), characters.slice(-TAIL).join('')];
}
