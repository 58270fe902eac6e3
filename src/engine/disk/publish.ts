import type { ByteName } from '../wire/byte-name.ts';
import { closeLater, type Folder } from './folder.ts';
import { alternativeName } from './part-names.ts';
import { isSameVersion, type Stat } from './stat.ts';

/** Tries before a folder full of alternatives is given up on. */
const MAX_ALTERNATIVES = 10_000;
/** A file of that size that is replaced is held until it has lost its name: freeing 1 GiB takes 0.2 s. */
const HELD_FROM_BYTES = 16 * 1024 * 1024;

export type PublishPlan =
  /** Nothing was there when planned: never replaces; a late comer makes it `name (2)`. */
  | { readonly kind: 'new' }
  /** Replace exactly this version; anything else there now makes it `name (2)`. */
  | { readonly kind: 'replace'; readonly expected: Stat };

export interface Published {
  /** The name it got. */
  readonly name: ByteName;
  /** Whether that is not the one that was planned. */
  readonly late: boolean;
}

/**
 * Gives a finished part its name, without ever taking a name from someone by surprise.
 * @param onReplace hears of what is about to be replaced.
 * @throws system errors other than EEXIST.
 */
export function publish(
  folder: Folder,
  part: ByteName,
  target: ByteName,
  kind: 'file' | 'folder',
  plan: PublishPlan,
  onReplace: (folder: Folder, target: ByteName) => void = () => undefined,
): Published {
  if (plan.kind === 'replace' && isStillThere(folder, target, plan.expected)) {
    const held = plan.expected.size < HELD_FROM_BYTES ? null : holdFile(folder, target);
    try {
      onReplace(folder, target);
      folder.replace(part, target);
    } finally {
      if (held !== null) closeLater(held);
    }
    return { name: target, late: false };
  }
  return publishNew(folder, part, target, kind);
}

/** Null where it cannot be read; then it goes with its name. */
function holdFile(folder: Folder, name: ByteName): number | null {
  try {
    return folder.openFile(name);
  } catch {
    return null;
  }
}

function isStillThere(folder: Folder, target: ByteName, expected: Stat): boolean {
  const now = folder.statName(target);
  if (now === null || now.inode !== expected.inode) return false;
  if (now.linkCount === expected.linkCount) return isSameVersion(now, expected);
  // Replacing another name of the same file has set its change time; content and its time are what count.
  return isSameVersion({ ...now, ctimeSec: expected.ctimeSec, ctimeNs: expected.ctimeNs }, expected);
}

function publishNew(folder: Folder, part: ByteName, target: ByteName, kind: 'file' | 'folder'): Published {
  for (let count = 1; ; count++) {
    const name = count === 1 ? target : alternativeName(target, count, kind === 'folder');
    try {
      folder.publish(part, folder, name, kind);
      return { name, late: count > 1 };
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      const taken = code === 'EEXIST' || code === 'ENOTEMPTY';
      if (!taken || count >= MAX_ALTERNATIVES) throw error;
    }
  }
}

/** First free `name (n)`; only a hint, the publish itself decides. */
export function freeAlternative(folder: Folder, target: ByteName, isFolder: boolean): ByteName {
  for (let count = 2; count < MAX_ALTERNATIVES; count++) {
    const name = alternativeName(target, count, isFolder);
    if (folder.statName(name) === null) return name;
  }
  return target;
}
