import type { DatabaseSync } from 'node:sqlite';

/** Files whose content Ferry has seen, so that the same content need not come twice. */
export function addContents(database: DatabaseSync): void {
  database.exec(`
    -- id grows with every row, so the oldest are the smallest. path: absolute, exact bytes.
    -- inode: device and inode number, as disk/stat.ts makes it. sender: who sent the file; NULL where it was
    -- only hashed here, as a source. hash: as wire/block-hash.ts; NULL where nobody has computed it yet.
    CREATE TABLE contents (
      id INTEGER PRIMARY KEY,
      inode BLOB NOT NULL UNIQUE,
      path BLOB NOT NULL,
      sender TEXT,
      size INTEGER NOT NULL,
      mtime_s INTEGER NOT NULL,
      mtime_ns INTEGER NOT NULL,
      ctime_s INTEGER NOT NULL,
      ctime_ns INTEGER NOT NULL,
      hash BLOB
    ) STRICT;
    -- By sender before time: what others have sent costs a search for one of them nothing.
    CREATE INDEX contents_by_size ON contents (size, sender, mtime_s, mtime_ns);
  `);
}
