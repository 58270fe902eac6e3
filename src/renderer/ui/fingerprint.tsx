/** A device id in groups, four below each other, to be read aloud by one and compared by another. */
export function Fingerprint({ groups }: { readonly groups: readonly string[] }) {
  return (
    <p className="grid w-fit grid-cols-[repeat(4,auto)] gap-x-4 gap-y-1 rounded-tile bg-sunken px-4 py-3 font-mono text-14 select-text">
      {groups.map((group, index) => (
        <span key={index}>{group}</span>
      ))}
    </p>
  );
}
