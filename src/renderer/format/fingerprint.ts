const GROUP = 4;

/** A device id in groups of four, as people compare them. */
export function fingerprintGroups(id: string): readonly string[] {
  return Array.from({ length: Math.ceil(id.length / GROUP) }, (_, index) =>
    id.slice(index * GROUP, (index + 1) * GROUP),
  );
}
