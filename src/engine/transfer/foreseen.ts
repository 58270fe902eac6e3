import { BLOCK_BYTES, HEADER_BYTES, MAX_RUN_FILE_BYTES } from '../wire/data-frame.ts';
import { VERSION_BYTES } from '../wire/data-version.ts';
import type { FileTask } from './work-queue.ts';

/** Of the frame that asks for a block, beside path and version. */
const BLOCK_WANT_BYTES = 12 + 12;
/** Of a file in a run: its outcome. */
const OUTCOME_BYTES = 5;

/** Bytes that a file takes on the wire when all of it is sent, with what asks for it. */
export function wantedWireBytes({ version, sourceName, pathBytes }: FileTask): number {
  const named = 1 + sourceName.length + VERSION_BYTES;
  if (version.size <= MAX_RUN_FILE_BYTES) return version.size + named + OUTCOME_BYTES;
  const blocks = Math.ceil(version.size / BLOCK_BYTES);
  return version.size + blocks * (HEADER_BYTES + BLOCK_WANT_BYTES + pathBytes + named);
}
