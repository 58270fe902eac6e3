import type { Command } from 'commander';
import type { CopyPlace } from '../../shared/browse.ts';
import { escapeText } from '../../shared/escape.ts';
import { EXIT, type ExitCode } from '../../shared/exit-codes.ts';
import { formatBytes } from '../../shared/format.ts';
import type { PlaceEntry } from '../../shared/place.ts';
import type { Context, Run } from '../context.ts';
import { toEntryLine } from '../lines.ts';
import { parsePeerPlace, toAbsolutePath } from '../parse-place.ts';
import { withEngine } from '../with-engine.ts';

/** Entries asked for at once: what fits one message, so that most folders cost one question. */
const PAGE_ENTRIES = 10_000;

export function addLsCommand(program: Command, run: Run): void {
  program
    .command('ls')
    .description('list a folder in a share of another device: PEER:[SHARE/PATH]')
    .argument('<place>')
    .action((place: string) => run((context) => list(context, place)));
}

async function list(context: Context, place: string): Promise<ExitCode> {
  const at: CopyPlace = parsePeerPlace(place) ?? {
    peer: null,
    share: null,
    path: toAbsolutePath(place, context.terminal.cwd),
  };
  const prefix = [at.peer === null ? '' : (at.share ?? ''), at.peer === null ? '' : at.path]
    .map((part) => part.replace(/\/+$/, ''))
    .filter((part) => part !== '')
    .map((part) => `${part}/`)
    .join('');
  return await withEngine(context, {}, async ({ api }) => {
    let after: string | null = null;
    do {
      const page: { entries: readonly PlaceEntry[]; next: string | null } = await api.call(
        'browse.list',
        { at, after, limit: PAGE_ENTRIES },
        context.signal,
      );
      context.output.facts(page.entries, (entry) => toEntryLine(prefix, entry), entryRow);
      after = page.next;
    } while (after !== null);
    return EXIT.ok;
  });
}

function entryRow({ name, type, bytes, mtimeMs }: PlaceEntry): string[] {
  const time = mtimeMs === 0 ? '' : new Date(mtimeMs).toISOString().slice(0, 16).replace('T', ' ');
  return [
    type === 'file' ? formatBytes(bytes) : type,
    time,
    `${escapeText(name)}${type === 'folder' ? '/' : ''}`,
  ];
}
