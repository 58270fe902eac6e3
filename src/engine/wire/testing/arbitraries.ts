import fc from 'fast-check';
import { FAILURE_CODES } from '../../../shared/failure.ts';
import { type ByteName, fromBytes, isSafeName } from '../byte-name.ts';
import type { Outcome } from '../data-run-table.ts';
import type { FileVersion } from '../data-version.ts';
import type { ListingRecord } from '../listing-page.ts';

/** Any name a Linux folder can hold: 1 to 255 bytes, whatever they are, but no slash and no NUL. */
export const anyName: fc.Arbitrary<ByteName> = fc
  .uint8Array({ minLength: 1, maxLength: 255, size: 'max' })
  .map((bytes) => fromBytes(bytes.map((byte) => (byte === 0 || byte === 0x2f ? 0x41 : byte))))
  .filter(isSafeName);

export const anyPath: fc.Arbitrary<ByteName[]> = fc.array(anyName, { maxLength: 6 });

const anySeconds = fc.oneof(
  fc.integer(),
  fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
  fc.constantFrom(0, -1, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, -(2 ** 32), 2 ** 32),
);
const anyNanoseconds = fc.integer({ min: 0, max: 999_999_999 });
const anySize = fc.oneof(fc.nat(), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));

export const anyTimes = fc.record({ mtimeSec: anySeconds, mtimeNs: anyNanoseconds });

export const anyVersion: fc.Arbitrary<FileVersion> = fc.record({
  size: anySize,
  mtimeSec: anySeconds,
  mtimeNs: anyNanoseconds,
  ctimeSec: anySeconds,
  ctimeNs: anyNanoseconds,
});

const anyMode = fc.integer({ min: 0, max: 0o777 });

export const anyOutcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({ status: fc.constant('ok' as const), length: fc.integer({ min: 0, max: 2 ** 32 - 1 }) }),
  fc.constant({ status: 'hole' as const }),
  fc.record({ status: fc.constant('changed' as const), version: anyVersion, mode: anyMode }),
  fc.constant({ status: 'vanished' as const }),
  fc.record({ status: fc.constant('unreadable' as const), reason: fc.stringMatching(/^[A-Z0-9_]{0,32}$/) }),
);

/** One character per byte, without NUL. */
const anyLinkTarget = fc
  .uint8Array({ minLength: 1, maxLength: 4096, size: 'large' })
  .map((bytes) => Buffer.from(bytes.map((byte) => byte || 1)).toString('latin1'));

export const anyRecord: fc.Arbitrary<ListingRecord> = fc.oneof(
  fc.record({ kind: fc.constant('enter' as const), folder: fc.integer({ min: 0, max: 2 ** 32 - 1 }) }),
  fc
    .tuple(anyName, anyMode, anyTimes)
    .map(([name, mode, times]) => ({ kind: 'folder' as const, name, mode, ...times })),
  fc
    .record({
      kind: fc.constant('file' as const),
      name: anyName,
      mode: anyMode,
      version: anyVersion,
      group: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    })
    .chain((file) =>
      fc.integer({ min: 0, max: file.version.size }).map((holeBytes) => ({ ...file, holeBytes })),
    ),
  fc
    .tuple(anyName, anyLinkTarget, anyTimes)
    .map(([name, target, times]) => ({ kind: 'link' as const, name, target, ...times })),
  fc.record({
    kind: fc.constant('problem' as const),
    name: anyName,
    code: fc.constantFrom(...FAILURE_CODES),
    reason: fc.stringMatching(/^[\w -]{0,64}$/),
  }),
);
