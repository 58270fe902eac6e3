import type { CopyPlace } from '../../shared/browse.ts';
import type { CallOutput, PeerRef } from '../../shared/engine-api.ts';
import { Failure } from '../../shared/failure.ts';
import type { PlaceEntry } from '../../shared/place.ts';
import type { Link } from '../link/link.ts';
import { decodeEntries } from '../wire/browse-entries.ts';
import { parseWay, wayBytes } from '../wire/way.ts';
import type { CallParts, HandlersOf } from './call-parts.ts';

type Listed = CallOutput<'browse.list'>;

const NOTHING = new Uint8Array(0);

/** Shares of this device, and looking into those of others. */
export function createShareCalls(parts: CallParts): HandlersOf<'shares' | 'browse'> {
  const { sharing, peers, pool, places } = parts;

  function idsOf<Word extends string>(wanted: readonly PeerRef[] | Word) {
    return typeof wanted === 'string' ? wanted : wanted.map((reference) => peers.find(reference).id);
  }

  async function linkTo(reference: PeerRef, signal: AbortSignal): Promise<Link> {
    const { id } = peers.find(reference);
    return await parts.links.open(id, parts.addressesOf(id), signal);
  }

  async function listHere(at: CopyPlace, after: Uint8Array, limit: number): Promise<Listed> {
    const way = Buffer.from(await places.resolveHere(at));
    const { entries, next } = await pool.browse({ root: null, way, action: 'list', after, limit });
    const canWrite = await places.canWrite(way.toString('utf8'));
    return { ...pageOf(decodeEntries(entries, limit), next), canWrite };
  }

  async function listThere(
    at: CopyPlace & { readonly peer: PeerRef },
    after: Uint8Array,
    limit: number,
    signal: AbortSignal,
  ): Promise<Listed> {
    const link = await linkTo(at.peer, signal);
    const question = { share: at.share ?? '', way: wayOf(at), action: 'list', after, limit } as const;
    const { entries, next, canWrite } = await sharing.asker.ask(link, question, signal);
    return { ...pageOf(decodeEntries(entries, limit), next), canWrite };
  }

  return {
    'shares.list': async () => sharing.book.list(),
    'shares.set': async ({ name, dir, readers, writers }) =>
      await sharing.book.set({
        name,
        dir: dir === null ? sharing.book.dirOf(name) : await places.resolve(dir),
        readers: idsOf(readers),
        writers: idsOf(writers),
      }),
    'shares.remove': async ({ name }) => await sharing.book.remove(name),
    'browse.list': async ({ at, after, limit }, signal) => {
      const from = after === null ? NOTHING : Buffer.from(after, 'base64');
      const { peer } = at;
      return peer === null
        ? await listHere(at, from, limit)
        : await listThere({ ...at, peer }, from, limit, signal);
    },
    'browse.makeFolder': async ({ at }, signal) => {
      const rest = { action: 'make', after: NOTHING, limit: 1 } as const;
      if (at.peer === null) {
        await pool.browse({ root: null, way: Buffer.from(await places.resolveHere(at)), ...rest });
      } else {
        if (at.share === null) throw new Failure('usage', { reason: 'not in a share' });
        const link = await linkTo(at.peer, signal);
        await sharing.asker.ask(link, { share: at.share, way: wayOf(at), ...rest }, signal);
      }
      return {};
    },
  };
}

function wayOf({ path }: CopyPlace): Uint8Array {
  return wayBytes(parseWay(path));
}

/** `next` as front ends hold it: opaque text. */
function pageOf(
  entries: readonly PlaceEntry[],
  next: Uint8Array | null,
): { entries: readonly PlaceEntry[]; next: string | null } {
  return { entries, next: next === null ? null : Buffer.from(next).toString('base64') };
}
