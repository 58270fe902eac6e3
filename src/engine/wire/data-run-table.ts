import { Failure } from '../../shared/failure.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { STATUS } from './data-frame.ts';
import { type FileVersion, readVersion, writeVersion } from './data-version.ts';

/** How each file of a run came out; the table is the meta part of a run frame, content follows in order. */
export type Outcome =
  | { readonly status: 'ok'; readonly length: number }
  | { readonly status: 'hole' }
  | { readonly status: 'changed'; readonly version: FileVersion; readonly mode: number }
  | { readonly status: 'vanished' }
  | { readonly status: 'unreadable'; readonly reason: string };

export function writeOutcome(into: ByteWriter, outcome: Outcome): void {
  into.u8(STATUS[outcome.status]);
  switch (outcome.status) {
    case 'ok':
      into.u32(outcome.length);
      break;
    case 'changed':
      writeVersion(into, outcome.version);
      into.u16(outcome.mode);
      break;
    case 'unreadable':
      into.u8(outcome.reason.length);
      into.latin1(outcome.reason);
      break;
    case 'hole':
    case 'vanished':
      break;
  }
}

/** @throws Failure `peer-misbehaved`. */
export function readOutcome(from: ByteReader): Outcome {
  const status = from.u8();
  switch (status) {
    case STATUS.ok:
      return { status: 'ok', length: from.u32() };
    case STATUS.hole:
      return { status: 'hole' };
    case STATUS.changed:
      return { status: 'changed', version: readVersion(from), mode: from.u16() & 0o777 };
    case STATUS.vanished:
      return { status: 'vanished' };
    case STATUS.unreadable:
      return { status: 'unreadable', reason: from.latin1(from.u8()).replace(/[^A-Z0-9_]/g, '') };
    default:
      throw new Failure('peer-misbehaved', { reason: 'unknown status' });
  }
}

/** @throws Failure `peer-misbehaved` unless there are exactly `count` outcomes. */
export function readOutcomes(bytes: Uint8Array, count: number): Outcome[] {
  const reader = new ByteReader(bytes);
  const outcomes: Outcome[] = [];
  for (let index = 0; index < count; index++) outcomes.push(readOutcome(reader));
  reader.end();
  return outcomes;
}

/** One outcome as the meta part of a block or hash frame. */
export function encodeOutcome(outcome: Outcome): Buffer {
  const writer = new ByteWriter(64);
  writeOutcome(writer, outcome);
  return writer.view();
}
