import { hashBytes } from '../../src/engine/wire/block-hash.ts';
import type { ByteName } from '../../src/engine/wire/byte-name.ts';
import { ByteWriter } from '../../src/engine/wire/byte-writer.ts';
import { PULLER_FRAME, SOURCE_FRAME } from '../../src/engine/wire/data-frame.ts';
import { type Outcome, writeOutcome } from '../../src/engine/wire/data-run-table.ts';
import { decodeWantBlock, decodeWantRun } from '../../src/engine/wire/data-wants.ts';
import { type ListingRecord, readPage, writeRecord } from '../../src/engine/wire/listing-page.ts';
import type { PullerFrame } from '../../src/engine/wire/puller-frame.ts';
import type { SourceConnection } from './source-connection.ts';

/** Every byte of every file that a script serves honestly. */
export const CONTENT_BYTE = 0x61;

export interface ListingClaim {
  readonly entries: number;
  readonly files: number;
  readonly bytes: number;
  readonly digest: Buffer;
}

/** Where a source departs from honesty; what is left out is done as it should be. A hook returns whether it answered. */
export interface SourceScript {
  readonly pages?: readonly Uint8Array[];
  /** Instead of `opened`. */
  readonly onOpen?: (at: SourceConnection) => boolean | Promise<boolean>;
  readonly onList?: (at: SourceConnection) => boolean | Promise<boolean>;
  readonly claim?: (honest: ListingClaim) => ListingClaim;
  /** After the end of the listing. */
  readonly onListed?: (at: SourceConnection) => void | Promise<void>;
  readonly onWant?: (at: SourceConnection, want: PullerFrame) => boolean | Promise<boolean>;
  readonly onCommit?: (at: SourceConnection, want: PullerFrame) => boolean | Promise<boolean>;
}

const VERSION = { mtimeSec: 1_700_000_000, mtimeNs: 0, ctimeSec: 1_700_000_000, ctimeNs: 0 };

export function folder(name: string): ListingRecord {
  return { kind: 'folder', name: name as ByteName, mode: 0o755, mtimeSec: 1_700_000_000, mtimeNs: 0 };
}

export function file(
  name: string,
  size: number,
  change: { holeBytes?: number; group?: number } = {},
): ListingRecord {
  const { holeBytes = 0, group = 0 } = change;
  return {
    kind: 'file',
    name: name as ByteName,
    mode: 0o644,
    version: { size, ...VERSION },
    holeBytes,
    group,
  };
}

export function link(name: string, target: string): ListingRecord {
  return { kind: 'link', name: name as ByteName, target, mtimeSec: 1_700_000_000, mtimeNs: 0 };
}

export function enter(number: number): ListingRecord {
  return { kind: 'enter', folder: number };
}

export function page(...records: readonly ListingRecord[]): Buffer {
  const writer = new ByteWriter();
  for (const record of records) writeRecord(writer, record);
  return Buffer.from(writer.view());
}

/** A small honest tree: `gift/` with files of these sizes. */
export function gift(...sizes: readonly number[]): Buffer[] {
  return [page(enter(0), folder('gift'), enter(1), ...sizes.map((size, at) => file(`file-${at}`, size)))];
}

export function table(outcomes: readonly Outcome[]): Buffer {
  const writer = new ByteWriter();
  for (const outcome of outcomes) writeOutcome(writer, outcome);
  return Buffer.from(writer.view());
}

export function listingEnd(claim: ListingClaim): Buffer {
  const writer = new ByteWriter();
  for (const number of [claim.entries, claim.files, claim.bytes]) writer.u64(number);
  writer.bytes(claim.digest);
  return Buffer.from(writer.view());
}

/** Sizes of the files of a run, as they were asked for. */
export function sizesOf(want: PullerFrame): number[] {
  return decodeWantRun(want.body).flatMap(({ files }) => files.map(({ version }) => version.size));
}

/** Entries of pages as the receiver counts them, so that a claim about them is a lie only where it is meant to be one. */
function countEntries(pages: readonly Uint8Array[]): number {
  try {
    return pages.flatMap((bytes) => readPage(bytes)).filter(({ kind }) => kind !== 'enter').length;
  } catch {
    return 0;
  }
}

function sendListing(at: SourceConnection, script: SourceScript): void {
  let digest = Buffer.alloc(32);
  for (const [tag, meta] of (script.pages ?? []).entries()) {
    const hash = hashBytes(meta);
    digest = hashBytes(Buffer.concat([digest, hash])) as Buffer<ArrayBuffer>;
    at.send({ kind: SOURCE_FRAME.page, tag, meta, hash });
  }
  const honest = { entries: countEntries(script.pages ?? []), files: 0, bytes: 0, digest };
  at.send({ kind: SOURCE_FRAME.listingEnd, meta: listingEnd(script.claim?.(honest) ?? honest) });
}

function answerWant(at: SourceConnection, want: PullerFrame): void {
  const { kind, tag, body } = want;
  if (kind === PULLER_FRAME.wantRun) {
    const sizes = sizesOf(want);
    const meta = table(sizes.map((length) => ({ status: 'ok', length })));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    at.send({ kind: SOURCE_FRAME.run, tag, meta, content: Buffer.alloc(total, CONTENT_BYTE) });
  } else if (kind === PULLER_FRAME.wantBlock) {
    const content = Buffer.alloc(decodeWantBlock(body).length, CONTENT_BYTE);
    at.send({ kind: SOURCE_FRAME.block, tag, content });
  }
}

/**
 * Serves one data connection by a script until it closes.
 */
export async function serveByScript(at: SourceConnection, script: SourceScript): Promise<void> {
  while (!at.connection.isClosed) {
    const frame = await at.next(60_000);
    switch (frame.kind) {
      case PULLER_FRAME.open:
        if (!(await script.onOpen?.(at))) at.opened();
        break;
      case PULLER_FRAME.list:
        if (await script.onList?.(at)) break;
        sendListing(at, script);
        await script.onListed?.(at);
        break;
      case PULLER_FRAME.credit:
        break;
      case PULLER_FRAME.commit:
        if (!(await script.onCommit?.(at, frame))) at.send({ kind: SOURCE_FRAME.committed, tag: frame.tag });
        break;
      default:
        if (!(await script.onWant?.(at, frame))) answerWant(at, frame);
    }
  }
}
