import type { JobId } from '../../shared/ids.ts';
import type { SelectedItem } from '../source/selection.ts';
import type { WorkerPool } from '../transfer/worker-pool.ts';
import { toBytes } from '../wire/byte-name.ts';
import type { PageJob } from './page-job.ts';
import { toSelectedItems } from './selected-items.ts';
import type { Chosen } from './sending-job.ts';

type Looks = Pick<WorkerPool, 'inspect'>;

/** What a person named by its paths. @param isForSeveral whether several peers get it at once. @throws Failure `no-such-path`, `unreadable`, `usage`. */
export async function choosePaths(
  pool: Looks,
  paths: readonly string[],
  isForSeveral = false,
): Promise<Chosen> {
  const items = toSelectedItems(paths);
  return { items, inspected: await pool.inspect(items), page: null, isForSeveral };
}

/** What an earlier job was ordered to send, or some of it. @throws as `choosePaths`. */
export async function chooseAgain(
  pool: Looks,
  items: readonly SelectedItem[],
  repeats: JobId,
): Promise<Chosen> {
  return { items, inspected: await pool.inspect(items), page: null, repeats };
}

/** What a page holds. */
export function choosePage(page: PageJob): Chosen {
  const items = page.items.map(({ name }) => ({ parent: Buffer.alloc(0), name: toBytes(name) }));
  return { items, inspected: page.items.map(({ type }) => ({ type, bytes: 0 })), page };
}
