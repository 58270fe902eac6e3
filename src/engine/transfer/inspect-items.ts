import { Failure } from '../../shared/failure.ts';
import { checkPiece } from '../source/piece.ts';
import { listedName, type SelectedItem, Selection } from '../source/selection.ts';
import { fromBytes } from '../wire/byte-name.ts';
import type { InspectedItem } from './worker-messages.ts';

/**
 * Looks at chosen items without walking into them: what an offer can say at once.
 * @throws Failure `no-such-path`, `unreadable`, `usage`.
 */
export function inspectItems(items: readonly SelectedItem[]): InspectedItem[] {
  const selection = Selection.open(items);
  try {
    return items.map((item) => {
      const path = [fromBytes(listedName(item))];
      const stat = selection.tree.parentOf(path).statName(selection.tree.nameOnDisk(path));
      if (stat === null) {
        const subject = Buffer.concat([item.parent, Buffer.from('/'), item.name]).toString('utf8');
        if (item.root !== undefined)
          throw new Failure('no-such-path', { subject: subject.replace(/^\//, '') });
        throw new Failure('no-such-path', { subject });
      }
      if (item.range) {
        checkPiece(stat, item.range);
        return { type: 'file', bytes: item.range.length } as const;
      }
      const isPlain = stat.type === 'file' || stat.type === 'folder' || stat.type === 'link';
      return { type: isPlain ? stat.type : 'special', bytes: stat.type === 'file' ? stat.size : 0 } as const;
    });
  } finally {
    selection.close();
  }
}
