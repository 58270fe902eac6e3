import type { DeviceId } from '../../shared/ids.ts';
import { announcedNameOf, isOnline, type PeerRow } from './peer-row.ts';

/** Devices that are known to be others than a paired one of the same name; the oldest is judged anew. */
const MAX_BESIDE = 64;

/**
 * Notices what may be a changed key: while a paired device is away, something under its name, or at the
 * address where it was last, has another key. It only says so: nothing is ever sent to that other device,
 * because every link checks the key, so a false alarm (anybody may choose a name) costs a look at the screen.
 * What has proved no key raises none, nor does a device that was there beside the real one.
 */
export class KeyWatch {
  /** By the id of a paired device: short ids met while that one was linked. */
  readonly #beside = new Map<DeviceId, Set<string>>();

  /** An unpaired device has proved its key. Returns the paired rows that look different now. */
  met(other: PeerRow, rows: Iterable<PeerRow>): readonly PeerRow[] {
    const changed: PeerRow[] = [];
    const name = announcedNameOf(other);
    if (other.paired !== null || other.shortId === null || name === null || !isOnline(other)) return changed;
    for (const row of rows) {
      if (row.paired === null || knownNameOf(row) !== name) continue;
      if (row.isLinked) this.#noteBeside(row.paired.id, other.shortId);
      else if (this.answered(row, other.shortId)) changed.push(row);
    }
    return changed;
  }

  /** Another key answered for a paired device. Whether its row looks different now. */
  answered(row: PeerRow, otherShortId: string): boolean {
    if (row.paired === null || row.isLinked || row.changedKey === otherShortId) return false;
    if (row.paired.blockedShortIds.includes(otherShortId)) return false;
    if (this.#beside.get(row.paired.id)?.has(otherShortId) === true) return false;
    row.changedKey = otherShortId;
    return true;
  }

  /** A paired device is linked: it is itself, and what is online beside it is not it. */
  linked(row: PeerRow, rows: Iterable<PeerRow>): void {
    row.changedKey = null;
    if (row.paired === null) return;
    const name = knownNameOf(row);
    for (const other of rows) {
      const isSame = other.paired === null && announcedNameOf(other) === name && isOnline(other);
      if (isSame && other.shortId !== null) this.#noteBeside(row.paired.id, other.shortId);
    }
  }

  /** Forgets what is known of a device that is not paired any more. */
  unpaired(id: DeviceId): void {
    this.#beside.delete(id);
  }

  #noteBeside(id: DeviceId, shortId: string): void {
    const known = this.#beside.get(id) ?? new Set<string>();
    this.#beside.set(id, known);
    known.delete(shortId);
    known.add(shortId);
    for (const oldest of known) {
      if (known.size <= MAX_BESIDE) break;
      known.delete(oldest);
    }
  }
}

/** What a paired device calls itself, as it was told over a link; else what it was called at pairing. */
function knownNameOf(row: PeerRow): string | null {
  return row.paired?.announcedName ?? row.paired?.name ?? null;
}
