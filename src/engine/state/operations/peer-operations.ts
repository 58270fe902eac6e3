import type { DatabaseSync } from 'node:sqlite';
import type { Address, Trust } from '../../../shared/device.ts';
import { Failure } from '../../../shared/failure.ts';
import type { DeviceId } from '../../../shared/ids.ts';
import type { AcceptAlways, PeerRecord } from '../records.ts';
import { id, integer, json, type Row, text, textOrNull, word } from '../row.ts';
import { DEVICE_KINDS } from './device-operations.ts';
import { freeName, nameKey } from './local-name.ts';

/** Other keys remembered for one peer; the oldest is asked about again. */
const MAX_BLOCKED = 32;

const TRUSTS: readonly Trust[] = ['other', 'mine'];

/** A device that is being paired, under the name it gives itself. */
type NewPeer = Omit<PeerRecord, 'acceptAlways' | 'announcedName' | 'blockedShortIds'>;

export function toPeer(row: Row): PeerRecord {
  return {
    id: id(row, 'id'),
    name: text(row, 'name'),
    kind: word(row, 'kind', DEVICE_KINDS),
    trust: word(row, 'trust', TRUSTS),
    addresses: json<readonly Address[]>(row, 'addresses'),
    pairedMs: integer(row, 'paired_ms'),
    acceptAlways: json<AcceptAlways | null>(row, 'accept_always'),
    announcedName: textOrNull(row, 'announced_name'),
    blockedShortIds: json<readonly string[]>(row, 'blocked'),
  };
}

/** Paired devices. Those that take an id throw Failure `unknown-peer` when it is not paired. */
export function createPeerOperations(database: DatabaseSync) {
  const select = database.prepare('SELECT * FROM peers WHERE id = ?');
  const selectAll = database.prepare('SELECT * FROM peers ORDER BY name_key');
  const selectByName = database.prepare('SELECT * FROM peers WHERE name_key = ?');
  // 'g' sorts after every hex digit, so this is exactly the ids that start with the prefix.
  const selectByPrefix = database.prepare(`SELECT * FROM peers WHERE id >= ? AND id < ? || 'g' LIMIT 2`);
  const insert = database.prepare(
    `INSERT INTO peers (id, name, name_key, kind, trust, addresses, paired_ms, accept_always, announced_name)
     VALUES (?, ?, ?, ?, ?, ?, ?, 'null', ?)`,
  );
  const pairAgain = database.prepare(
    `UPDATE peers SET kind = ?, trust = ?, addresses = ?, paired_ms = ?, announced_name = ?, blocked = '[]'
     WHERE id = ?`,
  );
  const setTrust = database.prepare('UPDATE peers SET trust = ? WHERE id = ?');
  const setAddresses = database.prepare('UPDATE peers SET addresses = ? WHERE id = ?');
  const setAcceptAlways = database.prepare('UPDATE peers SET accept_always = ? WHERE id = ?');
  const setName = database.prepare('UPDATE peers SET name = ?, name_key = ? WHERE id = ?');
  const setAnnouncedName = database.prepare('UPDATE peers SET announced_name = ? WHERE id = ?');
  const setBlocked = database.prepare('UPDATE peers SET blocked = ? WHERE id = ?');
  const deletePeer = database.prepare('DELETE FROM peers WHERE id = ?');
  const deleteGrants = database.prepare('DELETE FROM grants WHERE puller = ?1 OR orderer = ?1');
  const deleteOffers = database.prepare('DELETE FROM offers WHERE peer_id = ?1 OR orderer = ?1');

  function get(peer: DeviceId): PeerRecord | null {
    const row = select.get(peer);
    return row === undefined ? null : toPeer(row);
  }

  function known(peer: DeviceId): PeerRecord {
    const record = get(peer);
    if (record === null) throw new Failure('unknown-peer', { subject: peer });
    return record;
  }

  return {
    get,
    /** By local name. */
    list: (): readonly PeerRecord[] => selectAll.all().map(toPeer),
    /**
     * By local name (whatever its case), else by a unique prefix of the id in hex.
     * Throws Failure `unknown-peer` or `ambiguous`.
     */
    find(reference: string): PeerRecord {
      const named = selectByName.get(nameKey(reference));
      if (named !== undefined) return toPeer(named);
      const prefix = reference.toLowerCase();
      const rows = /^[0-9a-f]+$/.test(prefix) ? selectByPrefix.all(prefix, prefix) : [];
      if (rows.length > 1) throw new Failure('ambiguous', { subject: reference });
      if (rows[0] === undefined) throw new Failure('unknown-peer', { subject: reference });
      return toPeer(rows[0]);
    },
    /**
     * Remembers a peer after pairing. One that was paired before keeps its local name and what was granted
     * to it by `acceptAlways`; trust is what this pairing says. A name in use gets a number.
     */
    add(peer: NewPeer): PeerRecord {
      const addresses = JSON.stringify(peer.addresses);
      if (get(peer.id) !== null) {
        pairAgain.run(peer.kind, peer.trust, addresses, peer.pairedMs, peer.name, peer.id);
      } else {
        const name = freeName(peer.name, (key) => selectByName.get(key) !== undefined);
        const { id: peerId, kind, trust, pairedMs } = peer;
        insert.run(peerId, name, nameKey(name), kind, trust, addresses, pairedMs, peer.name);
      }
      return known(peer.id);
    },
    setTrust(peer: DeviceId, trust: Trust): PeerRecord {
      setTrust.run(trust, peer);
      return known(peer);
    },
    /** Best first. */
    setAddresses(peer: DeviceId, addresses: readonly Address[]): PeerRecord {
      setAddresses.run(JSON.stringify(addresses), peer);
      return known(peer);
    },
    setAcceptAlways(peer: DeviceId, acceptAlways: AcceptAlways | null): PeerRecord {
      setAcceptAlways.run(JSON.stringify(acceptAlways), peer);
      return known(peer);
    },
    /** Gives it another local name. Throws Failure `usage` when another peer has that name. */
    rename(peer: DeviceId, name: string): PeerRecord {
      const holder = selectByName.get(nameKey(name));
      if (holder !== undefined && id(holder, 'id') !== peer) {
        throw new Failure('usage', { subject: name, reason: 'name in use' });
      }
      setName.run(name, nameKey(name), peer);
      return known(peer);
    },
    /** Notes what it calls itself now. */
    setAnnouncedName(peer: DeviceId, name: string): PeerRecord {
      setAnnouncedName.run(name, peer);
      return known(peer);
    },
    /** Remembers another key that is kept out. */
    block(peer: DeviceId, shortId: string): PeerRecord {
      const others = known(peer).blockedShortIds.filter((other) => other !== shortId);
      setBlocked.run(JSON.stringify([...others, shortId].slice(-MAX_BLOCKED)), peer);
      return known(peer);
    },
    /** Unpairs: the pin, every grant it could pull under or ordered, and its open offers go in one step. */
    remove(peer: DeviceId): PeerRecord {
      const record = known(peer);
      deletePeer.run(peer);
      deleteGrants.run(peer);
      deleteOffers.run(peer);
      return record;
    },
  };
}
