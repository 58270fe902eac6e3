import type { DatabaseSync } from 'node:sqlite';

/** The tables Ferry started with. Paths that may not be UTF-8 are BLOB, or base64 inside JSON. */
export function createFirstTables(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE device (
      only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
      id TEXT NOT NULL,
      name TEXT NOT NULL,
      kind TEXT NOT NULL,
      visibility TEXT NOT NULL,
      key_pem TEXT NOT NULL,
      certificate_pem TEXT NOT NULL,
      created_ms INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE peers (
      id TEXT NOT NULL PRIMARY KEY,
      name TEXT NOT NULL,
      name_key TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      trust TEXT NOT NULL,
      addresses TEXT NOT NULL,
      paired_ms INTEGER NOT NULL,
      accept_always TEXT NOT NULL
    ) STRICT;

    CREATE TABLE jobs (
      orderer TEXT NOT NULL,
      job TEXT NOT NULL,
      role TEXT NOT NULL,
      roles TEXT NOT NULL,
      state TEXT NOT NULL,
      waiting_for TEXT,
      peer_id TEXT,
      peer_name TEXT,
      names TEXT NOT NULL,
      into_path TEXT,
      progress TEXT NOT NULL,
      result TEXT NOT NULL,
      problem_count INTEGER NOT NULL,
      options TEXT NOT NULL,
      resume TEXT NOT NULL,
      acknowledged_ms INTEGER,
      created_ms INTEGER NOT NULL,
      updated_ms INTEGER NOT NULL,
      ended_ms INTEGER,
      PRIMARY KEY (orderer, job)
    ) STRICT;
    CREATE INDEX jobs_by_cookie ON jobs (job);
    CREATE INDEX jobs_by_created ON jobs (created_ms);
    CREATE INDEX jobs_by_ended ON jobs (ended_ms) WHERE ended_ms IS NOT NULL;

    CREATE TABLE problems (
      orderer TEXT NOT NULL,
      job TEXT NOT NULL,
      number INTEGER NOT NULL,
      path TEXT NOT NULL,
      path_base64 TEXT,
      code TEXT NOT NULL,
      reason TEXT,
      PRIMARY KEY (orderer, job, number),
      FOREIGN KEY (orderer, job) REFERENCES jobs (orderer, job) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;

    -- RESTRICT: a job must not be forgotten while something of it is still on disk.
    CREATE TABLE parts (
      orderer TEXT NOT NULL,
      job TEXT NOT NULL,
      path BLOB NOT NULL,
      type TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      kept_ms INTEGER NOT NULL,
      PRIMARY KEY (orderer, job, path),
      FOREIGN KEY (orderer, job) REFERENCES jobs (orderer, job) ON DELETE RESTRICT
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE offers (
      orderer TEXT NOT NULL,
      job TEXT NOT NULL,
      peer_id TEXT NOT NULL,
      view TEXT NOT NULL,
      detail TEXT NOT NULL,
      received_ms INTEGER NOT NULL,
      expires_ms INTEGER NOT NULL,
      PRIMARY KEY (orderer, job)
    ) STRICT;

    CREATE TABLE grants (
      secret_hash BLOB NOT NULL PRIMARY KEY CHECK (length(secret_hash) = 32),
      orderer TEXT NOT NULL,
      job TEXT NOT NULL,
      source TEXT NOT NULL,
      puller TEXT NOT NULL,
      roots TEXT NOT NULL,
      options TEXT NOT NULL,
      cap_bytes INTEGER NOT NULL,
      pending_offer INTEGER NOT NULL,
      created_ms INTEGER NOT NULL,
      armed_ms INTEGER NOT NULL,
      first_used_ms INTEGER,
      last_contact_ms INTEGER
    ) STRICT;
    CREATE INDEX grants_by_job ON grants (orderer, job);

    CREATE TABLE epochs (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      epoch TEXT NOT NULL UNIQUE,
      started_ms INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE meta (
      name TEXT NOT NULL PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  `);
}
