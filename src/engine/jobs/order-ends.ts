import { join } from 'node:path';
import { Failure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import { parseAddress } from '../link/address.ts';
import type { ShareBook } from '../shares/share-book.ts';
import type { SelectedItem } from '../source/selection.ts';
import type { JobRecord } from '../state/records.ts';
import type { DataAddress } from '../transfer/data-socket.ts';
import type { SharedItem } from '../wire/order-messages.ts';
import { type StoredItems, storedPullOf } from './destination-records.ts';
import { NO_ENDS, type PullEnds } from './receiving-job.ts';
import { itemOfPath, pathOfItem } from './selected-items.ts';
import { toShareItems } from './shared-items.ts';

/**
 * The shares that a stored pull is in, opened for its orderer as things are now.
 * @throws Failure `no-right`, `no-such-path`.
 */
export async function endsOf(
  { shares, ownId }: { readonly shares: ShareBook; readonly ownId: DeviceId },
  { orderer, resume, view }: Pick<JobRecord, 'orderer' | 'resume' | 'view'>,
): Promise<PullEnds> {
  const stored = storedPullOf(resume);
  if (stored === null) return NO_ENDS;
  const { share, items } = stored;
  const isOurs = orderer === ownId;
  const within =
    share === undefined
      ? null
      : {
          root: await shares.rootFor(orderer, share.name, 'write'),
          way: Buffer.from(share.way, 'base64'),
        };
  const chosen = items?.map((item) => toShared(item));
  if (chosen === undefined) return { within, items: null };
  const selected = isOurs ? chosen.map(toOwnItem) : await toShareItems(shares, orderer, chosen);
  refuseIntoItself(selected, view.into ?? '');
  return { within, items: selected };
}

/** A folder that is copied into itself would never end. @throws Failure `usage`. */
function refuseIntoItself(items: readonly SelectedItem[], into: string): void {
  for (const { root, parent, name } of items) {
    const at =
      root === undefined
        ? Buffer.from(parent).toString()
        : join(Buffer.from(root.path).toString(), Buffer.from(parent).toString());
    const path = join(at, Buffer.from(name).toString());
    if (into === path || into.startsWith(path.endsWith('/') ? path : `${path}/`)) {
      throw new Failure('usage', {
        subject: root === undefined ? path : Buffer.from(name).toString(),
        reason: 'a folder cannot be copied into itself',
      });
    }
  }
}

function toShared({ share, path, as, range }: StoredItems[number]): SharedItem {
  return {
    share: share ?? '',
    way: Buffer.from(path, 'base64'),
    as: Buffer.from(as, 'base64'),
    ...(range ? { range } : {}),
  };
}

function toOwnItem({ way, as, range }: SharedItem): SelectedItem {
  return { ...itemOfPath(way), as, range };
}

export function storeSharedItems(items: readonly SharedItem[]): StoredItems {
  return items.map(({ share, way, as, range }) => ({
    share,
    range: range ?? null,
    path: Buffer.from(way).toString('base64'),
    as: Buffer.from(as).toString('base64'),
  }));
}

/** Items of this device's own paths. */
export function storeOwnItems(items: readonly SelectedItem[]): StoredItems {
  return items.map((item) => ({
    share: null,
    path: pathOfItem(item).toString('base64'),
    as: Buffer.from(item.as ?? item.name).toString('base64'),
    range: item.range ?? null,
  }));
}

/** Addresses that somebody else wrote; what is none is left out. */
export function toDataAddresses(addresses: readonly string[]): DataAddress[] {
  return addresses.flatMap((address) => {
    try {
      return [parseAddress(address)];
    } catch {
      return [];
    }
  });
}
