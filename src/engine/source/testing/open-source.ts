import { basename, dirname } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import type { Way } from '../../disk/testing/load-disk.ts';
import type { ListingRecord } from '../../wire/listing-page.ts';
import type { DiskSource } from '../disk-source.ts';

/** This room's modules, loaded afresh so that they take the given way to the disk. */
export async function loadSource(way: Way) {
  vi.resetModules();
  vi.stubEnv('FERRY_NO_LIBC', way === 'node' ? '1' : '');
  try {
    const modules = await Promise.all([import('../disk-source.ts'), import('../selection.ts')]);
    const [{ DiskSource: Source }, { Selection }] = modules;
    /** The source of everything at `paths`, closed with the test. */
    const openSource = (
      paths: readonly string[],
      livePrefixes: ReadonlySet<string> = new Set(),
    ): DiskSource => {
      const items = paths.map((path) => ({
        parent: Buffer.from(dirname(path)),
        name: Buffer.from(basename(path)),
      }));
      const source = new Source(Selection.open(items), livePrefixes);
      onTestFinished(() => source.close());
      return source;
    };
    return { openSource, Selection };
  } finally {
    vi.unstubAllEnvs();
  }
}

/** All records of a source. */
export function listAll(source: DiskSource): ListingRecord[] {
  const records: ListingRecord[] = [];
  const iterator = source.records();
  for (let next = iterator.next(); next.done !== true; next = iterator.next()) records.push(next.value);
  return records;
}

/** Times nothing. */
export const noTimer = { since: () => performance.now() };
