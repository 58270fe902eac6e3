import type { DatabaseSync } from 'node:sqlite';
import { Failure } from '../../../shared/failure.ts';
import type { DeviceId } from '../../../shared/ids.ts';
import type { GrantRecord, JobKey, JsonValue } from '../records.ts';
import { blob, id, integer, integerOrNull, json, type Row } from '../row.ts';

/** A grant nobody pulls under is gone after this (docs/protocol.md, grants). */
export const UNUSED_GRANT_MS = 60_000;
/** One whose puller is silent for this long is gone too. */
export const SILENT_GRANT_MS = 30 * 24 * 3_600_000;

function toGrant(row: Row): GrantRecord {
  return {
    secretHash: blob(row, 'secret_hash'),
    orderer: id(row, 'orderer'),
    job: id(row, 'job'),
    source: id(row, 'source'),
    puller: id(row, 'puller'),
    roots: json<readonly string[]>(row, 'roots').map((root) => new Uint8Array(Buffer.from(root, 'base64'))),
    options: json<JsonValue>(row, 'options'),
    capBytes: integer(row, 'cap_bytes'),
    pendingOffer: integer(row, 'pending_offer') === 1,
    createdMs: integer(row, 'created_ms'),
    armedMs: integer(row, 'armed_ms'),
    firstUsedMs: integerOrNull(row, 'first_used_ms'),
    lastContactMs: integerOrNull(row, 'last_contact_ms'),
  };
}

/** Not over yet at `:now`: shared by looking one up and by sweeping, so that both obey one rule. */
const IS_ALIVE = `(CASE WHEN first_used_ms IS NULL AND pending_offer = 0
  THEN armed_ms + ${UNUSED_GRANT_MS} ELSE coalesce(last_contact_ms, armed_ms) + ${SILENT_GRANT_MS} END) > :now`;

/** Rights to pull that this device gave as the source. A grant that is over is as good as absent. */
export function createGrantOperations(database: DatabaseSync) {
  const insert = database.prepare(
    `INSERT INTO grants (secret_hash, orderer, job, source, puller, roots, options, cap_bytes,
       pending_offer, created_ms, armed_ms, first_used_ms, last_contact_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const selectAlive = database.prepare(`SELECT * FROM grants WHERE secret_hash = :hash AND ${IS_ALIVE}`);
  const selectByJob = database.prepare('SELECT * FROM grants WHERE orderer = ? AND job = ?');
  const touch = database.prepare(
    `UPDATE grants SET first_used_ms = coalesce(first_used_ms, :now), last_contact_ms = :now, pending_offer = 0
     WHERE secret_hash = :hash AND ${IS_ALIVE} RETURNING *`,
  );
  const arm = database.prepare(
    `UPDATE grants SET pending_offer = 0, armed_ms = ?2 WHERE secret_hash = ?1 AND pending_offer = 1`,
  );
  const raise = database.prepare('UPDATE grants SET cap_bytes = max(cap_bytes, ?2) WHERE secret_hash = ?1');
  const deleteByJob = database.prepare('DELETE FROM grants WHERE orderer = ? AND job = ? RETURNING *');
  const deleteByPeer = database.prepare('DELETE FROM grants WHERE puller = ?1 OR orderer = ?1 RETURNING *');
  const deleteOver = database.prepare(`DELETE FROM grants WHERE NOT ${IS_ALIVE} RETURNING *`);

  return {
    /** Throws Failure `internal` when the secret is already in use. */
    create(grant: GrantRecord): void {
      insert.run(
        grant.secretHash,
        grant.orderer,
        grant.job,
        grant.source,
        grant.puller,
        JSON.stringify(grant.roots.map((root) => Buffer.from(root).toString('base64'))),
        JSON.stringify(grant.options),
        grant.capBytes,
        grant.pendingOffer ? 1 : 0,
        grant.createdMs,
        grant.armedMs,
        grant.firstUsedMs,
        grant.lastContactMs,
      );
    },
    /** Null when there is none, or its time is over. The caller compares the puller with the TLS id. */
    find(secretHash: Uint8Array, nowMs: number): GrantRecord | null {
      const row = selectAlive.get({ hash: secretHash, now: nowMs });
      return row === undefined ? null : toGrant(row);
    },
    listByJob: (key: JobKey): readonly GrantRecord[] => selectByJob.all(key.orderer, key.job).map(toGrant),
    /** The puller showed up, which also answers a pending offer. Throws Failure `expired`. */
    use(secretHash: Uint8Array, nowMs: number): GrantRecord {
      const row = touch.get({ hash: secretHash, now: nowMs });
      if (row === undefined) throw new Failure('expired', { reason: 'grant' });
      return toGrant(row);
    },
    /** The offer it was tied to was accepted: from now on being unused ends it. */
    offerAccepted(secretHash: Uint8Array, nowMs: number): void {
      arm.run(secretHash, nowMs);
    },
    /** Raises the cap as the listing goes on; never lowers it. */
    raiseCap(secretHash: Uint8Array, capBytes: number): void {
      raise.run(secretHash, capBytes);
    },
    revokeByJob: (key: JobKey): readonly GrantRecord[] => deleteByJob.all(key.orderer, key.job).map(toGrant),
    /** Those it could pull under and those it ordered. Returns them, so that their connections are closed. */
    revokeByPeer: (peer: DeviceId): readonly GrantRecord[] => deleteByPeer.all(peer).map(toGrant),
    /** Deletes and returns those whose time is over. */
    expire: (nowMs: number): readonly GrantRecord[] => deleteOver.all({ now: nowMs }).map(toGrant),
  };
}
