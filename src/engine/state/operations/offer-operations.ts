import type { DatabaseSync } from 'node:sqlite';
import type { OfferView } from '../../../shared/job.ts';
import type { JobKey, JsonValue, OfferRecord } from '../records.ts';
import { id, integer, json, type Row } from '../row.ts';
import { COOKIE_STARTS_WITH, findByCookie } from './cookie-prefix.ts';

function toOffer(row: Row): OfferRecord {
  return {
    orderer: id(row, 'orderer'),
    job: id(row, 'job'),
    view: json<OfferView>(row, 'view'),
    detail: json<JsonValue>(row, 'detail'),
    receivedMs: integer(row, 'received_ms'),
  };
}

/** Offers that wait for an answer here. */
export function createOfferOperations(database: DatabaseSync) {
  const select = database.prepare('SELECT * FROM offers WHERE orderer = ? AND job = ?');
  const selectAll = database.prepare('SELECT * FROM offers WHERE expires_ms > ? ORDER BY received_ms, job');
  const selectByCookie = database.prepare(`SELECT * FROM offers WHERE ${COOKIE_STARTS_WITH} LIMIT 2`);
  const upsert = database.prepare(
    `INSERT INTO offers (orderer, job, peer_id, view, detail, received_ms, expires_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET peer_id = excluded.peer_id, view = excluded.view, detail = excluded.detail,
       expires_ms = excluded.expires_ms`,
  );
  const deleteOne = database.prepare('DELETE FROM offers WHERE orderer = ? AND job = ? RETURNING *');
  const deleteExpired = database.prepare('DELETE FROM offers WHERE expires_ms <= ? RETURNING *');

  return {
    get(key: JobKey): OfferRecord | null {
      const row = select.get(key.orderer, key.job);
      return row === undefined ? null : toOffer(row);
    },
    /** Creates, or brings up to date while the source is still counting. */
    put(offer: OfferRecord): void {
      upsert.run(
        offer.orderer,
        offer.job,
        offer.view.peer.id,
        JSON.stringify(offer.view),
        JSON.stringify(offer.detail),
        offer.receivedMs,
        offer.view.expiresMs,
      );
    },
    /** Those that have not expired, oldest first. */
    list: (nowMs: number): readonly OfferRecord[] => selectAll.all(nowMs).map(toOffer),
    /** Throws Failure `unknown-job` or `ambiguous`. */
    findByPrefix: (prefix: string): OfferRecord => toOffer(findByCookie(selectByCookie, prefix)),
    /** Returns the offer, or null when another answer was faster. */
    remove(key: JobKey): OfferRecord | null {
      const row = deleteOne.get(key.orderer, key.job);
      return row === undefined ? null : toOffer(row);
    },
    /** Forgets and returns those whose time is over. */
    expire: (nowMs: number): readonly OfferRecord[] => deleteExpired.all(nowMs).map(toOffer),
  };
}
