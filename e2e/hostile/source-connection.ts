import { hashBytes } from '../../src/engine/wire/block-hash.ts';
import { HEADER_BYTES, SOURCE_FRAME, STATUS, writeHeader } from '../../src/engine/wire/data-frame.ts';
import { PULLER_HEADER_BYTES, type PullerFrame } from '../../src/engine/wire/puller-frame.ts';
import { CODING } from '../../src/engine/wire/zstd.ts';
import type { RawConnection } from './raw-connection.ts';

export interface SourceFrameParts {
  readonly kind: number;
  readonly tag?: number;
  readonly status?: number;
  readonly meta?: Uint8Array;
  readonly content?: Uint8Array;
  /** Instead of the right one. */
  readonly hash?: Uint8Array;
  /** Lengths to declare instead of the true ones. */
  readonly metaLength?: number;
  readonly length?: number;
  /** Says that the content is zstd. */
  readonly isCompressed?: boolean;
}

const EMPTY = new Uint8Array(0);

/** A data connection at the source's end, by hand. */
export class SourceConnection {
  readonly connection: RawConnection;

  constructor(connection: RawConnection) {
    this.connection = connection;
  }

  async next(withinMs = 10_000): Promise<PullerFrame> {
    const head = await this.connection.read(PULLER_HEADER_BYTES, withinMs);
    const body = await this.connection.read(head.readUInt32BE(8), withinMs);
    return { kind: head.readUInt8(0), tag: head.readUInt32BE(4), coding: CODING.raw, body };
  }

  send(parts: SourceFrameParts): void {
    const { kind, tag = 0, status = STATUS.ok, meta = EMPTY, content = EMPTY } = parts;
    const body = Buffer.concat([meta, content]);
    const hash = Buffer.from(parts.hash ?? hashBytes(body));
    const header = Buffer.alloc(HEADER_BYTES);
    const { metaLength = meta.length, length = content.length } = parts;
    writeHeader(header, {
      kind,
      status,
      tag,
      metaLength,
      length,
      isCompressed: parts.isCompressed ?? false,
      hash,
    });
    this.connection.write(Buffer.concat([header, body]));
  }

  opened(): void {
    this.send({ kind: SOURCE_FRAME.opened });
  }
}
