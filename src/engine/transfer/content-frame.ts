import { hashBytes } from '../wire/block-hash.ts';
import { HEADER_BYTES, STATUS, writeHeader } from '../wire/data-frame.ts';
import type { Coding } from '../wire/zstd.ts';
import { CONTENT_AT } from './frame-buffers.ts';
import { packContent } from './pack-content.ts';
import type { ServeJob } from './serve-job.ts';

/** Content that was read into a frame buffer, from CONTENT_AT on. */
export interface ReadContent {
  readonly kind: number;
  readonly tag: number;
  /** Meta of the frame; null is none. */
  readonly table: Buffer | null;
  readonly length: number;
  readonly coding: Coding;
}

/**
 * Makes the frame in place: header and table go directly before the content, so that one write hands over one
 * piece of memory. The hash is of what was read, also where the content goes compressed.
 */
export function makeContentFrame(job: ServeJob, buffer: Buffer, read: ReadContent): Buffer {
  const { kind, tag, table, length, coding } = read;
  const metaLength = table?.length ?? 0;
  const start = CONTENT_AT - metaLength - HEADER_BYTES;
  const whole = buffer.subarray(start, CONTENT_AT + length);
  if (table !== null) whole.set(table, HEADER_BYTES);
  const startMs = performance.now();
  const hash = hashBytes(whole.subarray(HEADER_BYTES));
  job.clock.since('hash', startMs);
  const content = buffer.subarray(CONTENT_AT, CONTENT_AT + length);
  const packed = packContent(content, coding, job.compress);
  if (packed !== null) content.set(packed);
  const onWire = packed?.length ?? length;
  writeHeader(whole, {
    ...{ kind, status: STATUS.ok, tag, metaLength, hash },
    length: onWire,
    isCompressed: packed !== null,
  });
  return whole.subarray(0, HEADER_BYTES + metaLength + onWire);
}
