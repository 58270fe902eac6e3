import type { PeerView } from '../../shared/device.ts';
import type { ShareView } from '../../shared/share.ts';

export const ACCESSES = ['none', 'read', 'write'] as const;
/** What a device may do with a shared folder. */
export type Access = (typeof ACCESSES)[number];

/** Who may do what with a shared folder, as a person sets it. */
export interface ShareRights {
  /** The same for every device that is trusted as one's own, later ones included; or each by itself. */
  readonly who: 'mine' | 'some';
  /** For all of them. */
  readonly all: Exclude<Access, 'none'>;
  /** By id of the device; absent is none. */
  readonly each: Readonly<Record<string, Access>>;
}

/** A new shared folder: one's own devices can read it. */
export const FIRST_RIGHTS: ShareRights = { who: 'mine', all: 'read', each: {} };

/** Devices to which a folder can be opened: only those that are trusted as one's own are ever let in. */
export function ownPeers(peers: Readonly<Record<string, PeerView>>): readonly PeerView[] {
  return Object.values(peers)
    .filter(({ paired, trust, id }) => paired && trust === 'mine' && id !== null)
    .sort((one, other) => one.name.localeCompare(other.name) || (one.shortId < other.shortId ? -1 : 1));
}

/** The rights of a share as the engine has them. `own` are the ids of one's own devices. */
export function rightsOf(
  { readers, writers }: Pick<ShareView, 'readers' | 'writers'>,
  own: readonly string[],
): ShareRights {
  if (readers === 'mine' && writers === 'none') return { ...FIRST_RIGHTS, all: 'read' };
  if (readers === 'mine' && writers === 'mine') return { ...FIRST_RIGHTS, all: 'write' };
  const canRead = readers === 'mine' ? own : readers;
  const canWrite = writers === 'mine' ? own : writers === 'none' ? [] : writers;
  const each: Record<string, Access> = {};
  for (const id of canRead) each[id] = 'read';
  for (const id of canWrite) each[id] = 'write';
  return { who: 'some', all: 'read', each };
}

/** What the engine is told; who may write may read. */
export function lettingOf({ who, all, each }: ShareRights): {
  readonly readers: readonly string[] | 'mine';
  readonly writers: readonly string[] | 'mine' | 'none';
} {
  if (who === 'mine') return { readers: 'mine', writers: all === 'write' ? 'mine' : 'none' };
  const ids = Object.keys(each);
  const writers = ids.filter((id) => each[id] === 'write');
  return {
    readers: ids.filter((id) => each[id] === 'read' || each[id] === 'write'),
    writers: writers.length === 0 ? 'none' : writers,
  };
}

/** How many of one's own devices a folder is open to. */
export function openTo({ who, each }: ShareRights, own: readonly string[]): number {
  return who === 'mine' ? own.length : own.filter((id) => (each[id] ?? 'none') !== 'none').length;
}
