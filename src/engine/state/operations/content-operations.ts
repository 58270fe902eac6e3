import type { DatabaseSync } from 'node:sqlite';
import type { DeviceId } from '../../../shared/ids.ts';
import type { ContentRecord, ContentSearch } from '../records.ts';
import { blob, integer, type Row, textOrNull } from '../row.ts';

/** Rows kept at most, about 50 MB with long paths; the oldest go first. */
export const MAX_CONTENTS = 200_000;
/** Candidates for one wanted file: several files may have its size, few its time too. */
const MAX_OF_TIME = 8;
const MAX_OF_SIZE = 4;
/** Rows of others that are looked at for one. */
const MAX_LOOKED_AT = 64;

function toContent(row: Row): ContentRecord {
  return {
    inode: Buffer.from(blob(row, 'inode')).toString('latin1'),
    path: blob(row, 'path'),
    sender: textOrNull(row, 'sender') as DeviceId | null,
    size: integer(row, 'size'),
    mtimeSec: integer(row, 'mtime_s'),
    mtimeNs: integer(row, 'mtime_ns'),
    ctimeSec: integer(row, 'ctime_s'),
    ctimeNs: integer(row, 'ctime_ns'),
    hash: row['hash'] === null ? null : blob(row, 'hash'),
  };
}

/** Known contents of files of this machine. A row is a hint: whoever uses one looks at the file first. */
export function createContentOperations(database: DatabaseSync, maxRows = MAX_CONTENTS) {
  const insert = database.prepare(
    `INSERT OR REPLACE INTO contents
       (inode, path, sender, size, mtime_s, mtime_ns, ctime_s, ctime_ns, hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const addHash = database.prepare(
    `UPDATE contents SET hash = ? WHERE inode = ? AND size = ? AND mtime_s = ? AND mtime_ns = ?
       AND ctime_s = ? AND ctime_ns = ?`,
  );
  const evict = database.prepare('DELETE FROM contents WHERE id <= (SELECT max(id) FROM contents) - ?');
  const byTime = database.prepare(
    'SELECT * FROM contents WHERE size = ? AND sender IS ? AND mtime_s = ? AND mtime_ns = ? LIMIT ?',
  );
  const bySize = database.prepare('SELECT * FROM contents WHERE size = ? AND sender = ? LIMIT ?');
  const bySizeOfAll = database.prepare('SELECT * FROM contents WHERE size = ? LIMIT ?');
  const byInode = database.prepare('SELECT * FROM contents WHERE inode = ?');
  const deleteInode = database.prepare('DELETE FROM contents WHERE inode = ?');

  function isBelow(path: Uint8Array, roots: readonly Uint8Array[]): boolean {
    return roots.some((root) => path.length > root.length && root.every((byte, at) => path[at] === byte));
  }

  return {
    /** Notes files as they are now; rows of what had their inode before are over. */
    add(files: readonly ContentRecord[]): void {
      for (const { inode, path, sender, size, hash, ...times } of files) {
        const { mtimeSec, mtimeNs, ctimeSec, ctimeNs } = times;
        const key = Buffer.from(inode, 'latin1');
        const when = [mtimeSec, mtimeNs, ctimeSec, ctimeNs];
        // A hash of ours says nothing about who sent the file.
        if (sender === null && addHash.run(hash, key, size, ...when).changes > 0) continue;
        insert.run(key, path, sender, size, ...when, hash);
      }
      evict.run(maxRows);
    },
    /**
     * Files that may have the content of those wanted: sent by `sender`, or lying below one of `roots`. What
     * others have sent is not looked at without roots, so neither answer nor time depends on it.
     */
    find({ sender, roots, others, wanted }: ContentSearch): readonly ContentRecord[] {
      const found = new Map<string, ContentRecord>();
      for (const { size, mtimeSec, mtimeNs, isAnyTime } of wanted) {
        let rows: Row[] = byTime.all(size, sender, mtimeSec, mtimeNs, MAX_OF_TIME);
        if (rows.length === 0 && isAnyTime) rows = bySize.all(size, sender, MAX_OF_SIZE);
        const isOpen = roots.length > 0 && (rows.length === 0 || isAnyTime);
        if (isOpen && isAnyTime) rows = [...rows, ...ofAnyTime(size, roots)];
        else if (isOpen) rows = ofOthers(others, roots, [size, mtimeSec, mtimeNs]);
        for (const row of rows) {
          const content = toContent(row);
          found.set(content.inode, content);
        }
      }
      return [...found.values()];
    },
    /** What is known of these files, by inode. */
    known: (inodes: readonly string[]): readonly ContentRecord[] =>
      inodes.flatMap((inode) => byInode.all(Buffer.from(inode, 'latin1')).map(toContent)),
    /** These are not there any more as they were. */
    forget(inodes: readonly string[]): void {
      for (const inode of inodes) deleteInode.run(Buffer.from(inode, 'latin1'));
    },
  };

  function ofAnyTime(size: number, roots: readonly Uint8Array[]): Row[] {
    const rows: Row[] = [];
    for (const row of bySizeOfAll.iterate(size, MAX_LOOKED_AT)) {
      if (isBelow(blob(row, 'path'), roots)) rows.push(row);
      if (rows.length >= MAX_OF_SIZE) break;
    }
    return rows;
  }

  /** Sender by sender, as the rows are sorted: of small files many have the same size. */
  function ofOthers(
    others: readonly (DeviceId | null)[],
    roots: readonly Uint8Array[],
    [size, mtimeSec, mtimeNs]: readonly [number, number, number],
  ): Row[] {
    const rows = others.flatMap((other) => byTime.all(size, other, mtimeSec, mtimeNs, MAX_OF_SIZE));
    return rows.filter((row) => isBelow(blob(row, 'path'), roots)).slice(0, MAX_OF_SIZE);
  }
}
