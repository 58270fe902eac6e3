import type { DeviceId } from '../../shared/ids.ts';
import type { ShareBook } from '../shares/share-book.ts';
import type { SelectedItem } from '../source/selection.ts';
import type { SharedItem } from '../wire/order-messages.ts';
import { readWay, wayBytes } from '../wire/way.ts';
import { nameOfShared } from './order-records.ts';

/**
 * What a device names in our shares, as items of a selection.
 * @throws Failure `no-right`, `no-such-path` as `ShareBook.rootFor`.
 */
export async function toShareItems(
  shares: ShareBook,
  orderer: DeviceId,
  items: readonly SharedItem[],
): Promise<SelectedItem[]> {
  return await Promise.all(
    items.map(async (item) => {
      const way = readWay(item.way);
      const root = await shares.rootFor(orderer, item.share, 'read');
      const name = way.at(-1);
      return {
        root,
        parent: wayBytes(way.slice(0, -1)),
        name: name === undefined ? Buffer.from('.') : wayBytes([name]),
        as: nameOfShared(item),
        range: item.range,
      };
    }),
  );
}
