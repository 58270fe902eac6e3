/** Names are told apart as people read them: case and Unicode composition make no difference. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/**
 * `wanted`, or `wanted 2`, `wanted 3`, ... : the first whose key `isTaken` does not know. Empty becomes
 * `device`. Terminates because the keys of different numbers differ and finitely many are taken.
 */
export function freeName(wanted: string, isTaken: (key: string) => boolean): string {
  const base = wanted.trim() || 'device';
  if (!isTaken(nameKey(base))) return base;
  for (let number = 2; ; number += 1) {
    const name = `${base} ${number}`;
    if (!isTaken(nameKey(name))) return name;
  }
}
