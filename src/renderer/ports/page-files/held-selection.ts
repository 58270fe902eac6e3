import { MAX_PAGE_ITEMS, type PageSelection } from '../../../shared/engine-api.ts';
import { Failure } from '../../../shared/failure.ts';
import type { HeldEntry, HeldFolder, SelectionCount, SelectionWarnings } from './held-entry.ts';

/** The character that browsers put in place of what is not text. */
const REPLACEMENT = '\uFFFD';
/** Files looked at together: each takes a turn of the browser. */
const LOOK_AT_ONCE = 64;
const NOTHING: SelectionCount = {
  files: 0,
  folders: 0,
  bytes: 0,
  oddNames: 0,
  unreadable: 0,
  complete: false,
};

/** What was dropped on, or picked in, a page. It stays readable as long as the page is open. */
export class HeldSelection {
  readonly items: readonly HeldEntry[];
  readonly warnings: SelectionWarnings;
  #count: SelectionCount = NOTHING;

  /** @throws Failure `usage` for nothing, or for more top-level entries than one order may have. */
  constructor(items: readonly HeldEntry[], emptyFolders: SelectionWarnings['emptyFolders']) {
    if (items.length === 0) throw new Failure('usage', { reason: 'nothing to send' });
    if (items.length > MAX_PAGE_ITEMS) throw new Failure('usage', { reason: 'too many entries' });
    this.items = withOwnNames(items);
    this.warnings = { links: 'unknown', modes: 'lost', emptyFolders };
  }

  /** As far as it is counted. */
  get counted(): SelectionCount {
    return this.#count;
  }

  /** For `page.send` and `page.resume`; good at any time, also before it is counted. */
  toPageSelection(): PageSelection {
    const { files, bytes } = this.#count;
    return { items: this.items.map(({ name, kind }) => ({ name, type: kind })), files, bytes };
  }

  /**
   * Counts everything, telling how far it is after each folder and each few files; what is looked at here need not
   * be looked at again for sending. Ends early, without an error, when `signal` aborts.
   */
  async count(onCount: (count: SelectionCount) => void, signal: AbortSignal): Promise<SelectionCount> {
    this.#count = NOTHING;
    const tell = (change: Partial<SelectionCount>) => {
      this.#count = { ...this.#count, ...change };
      onCount(this.#count);
    };
    const folders: HeldFolder[] = [];
    await this.#countEntries(this.items, folders, tell, signal);
    for (let next = folders.pop(); next !== undefined && !signal.aborted; next = folders.pop()) {
      try {
        await this.#countEntries(await next.children(), folders, tell, signal);
      } catch {
        tell({ unreadable: this.#count.unreadable + 1 });
      }
    }
    if (!signal.aborted) tell({ complete: true });
    return this.#count;
  }

  async #countEntries(
    entries: readonly HeldEntry[],
    folders: HeldFolder[],
    tell: (change: Partial<SelectionCount>) => void,
    signal: AbortSignal,
  ): Promise<void> {
    for (let at = 0; at < entries.length && !signal.aborted; at += LOOK_AT_ONCE) {
      const some = entries.slice(at, at + LOOK_AT_ONCE);
      const sizes = await Promise.all(some.map(sizeOf));
      let { files, bytes, unreadable, oddNames } = this.#count;
      for (const [index, entry] of some.entries()) {
        if (entry.name.includes(REPLACEMENT)) oddNames += 1;
        if (entry.kind === 'folder') {
          folders.push(entry);
          continue;
        }
        const size = sizes[index] ?? null;
        if (size === null) unreadable += 1;
        else files += 1;
        bytes += size ?? 0;
      }
      const found = some.filter(({ kind }) => kind === 'folder').length;
      tell({ files, bytes, unreadable, oddNames, folders: this.#count.folders + found });
    }
  }
}

/** Null for a folder, and for what cannot be read. */
async function sizeOf(entry: HeldEntry): Promise<number | null> {
  if (entry.kind === 'folder') return null;
  try {
    return (await entry.content('known')).size;
  } catch {
    return null;
  }
}

/** Two that were dropped from different places may have one name: the later one gets a number. */
function withOwnNames(items: readonly HeldEntry[]): readonly HeldEntry[] {
  const used = new Set<string>();
  return items.map((item) => {
    let { name } = item;
    for (let number = 2; used.has(name); number++) name = numbered(item, number);
    used.add(name);
    return name === item.name ? item : renamed(item, name);
  });
}

function numbered({ name, kind }: HeldEntry, number: number): string {
  const dot = kind === 'file' ? name.lastIndexOf('.') : -1;
  return dot > 0 ? `${name.slice(0, dot)} (${number})${name.slice(dot)}` : `${name} (${number})`;
}

function renamed(item: HeldEntry, name: string): HeldEntry {
  return item.kind === 'file'
    ? { kind: 'file', name, content: (from) => item.content(from) }
    : { kind: 'folder', name, children: () => item.children() };
}
