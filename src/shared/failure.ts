/**
 * The closed list of what can go wrong. Every failure that leaves a room carries one of these codes;
 * the text for people is made in `failure-text.ts` and nowhere else.
 */
export const FAILURE_CODES = [
  // wrong usage
  'usage',
  'no-such-path',
  'ambiguous',
  // refused by someone
  'declined',
  'expired',
  'not-paired',
  'wrong-code',
  'no-right',
  'pairing-closed',
  'pairing-mismatch',
  // the other device
  'unknown-peer',
  'unreachable',
  'wrong-device',
  'not-ferry',
  'older-peer',
  'newer-peer',
  'peer-gone',
  'peer-misbehaved',
  'timeout',
  // the destination
  'no-space',
  'no-inodes',
  'over-quota',
  'read-only',
  'no-permission',
  'name-not-possible',
  'name-too-long',
  'file-too-large',
  'exists',
  'destination-changed',
  'destination-gone',
  'destination-not-folder',
  // the source
  'unreadable',
  'vanished',
  'changed',
  'special-file',
  'over-cap',
  // content
  'integrity',
  // fidelity that could not be kept
  'metadata-lost',
  'kept-both',
  'late-name',
  // this machine
  'port-taken',
  'home-in-use',
  'state-unusable',
  'home-full',
  'key-unusable',
  'io',
  'too-many-open-files',
  // jobs
  'cancelled',
  'unknown-job',
  'interrupted',
  // ourselves
  'internal',
] as const;

export type FailureCode = (typeof FAILURE_CODES)[number];

const codes: ReadonlySet<string> = new Set(FAILURE_CODES);

/** Whether `text` is one of the closed list. */
export function isFailureCode(text: string): text is FailureCode {
  return codes.has(text);
}

/** The reason of what was found when a copy was read back from its disk after it was written. */
export const READ_BACK = 'read back';

/** What a failure says beside its code; plain data, so it survives the wire and the bridge. */
export interface FailureDetail {
  /** What it happened to: a path, an address, a peer's name. Raw: escape before showing. */
  readonly subject?: string;
  /** Short technical cause (`EACCES`, `ECONNREFUSED`); never a sentence for people. */
  readonly reason?: string;
}

export interface FailureData extends FailureDetail {
  readonly code: FailureCode;
}

/** The one error class that crosses rooms. `cause` keeps the original. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly subject: string | undefined;
  readonly reason: string | undefined;

  constructor(code: FailureCode, detail: FailureDetail = {}, cause?: unknown) {
    super(
      [code, detail.subject, detail.reason].filter(Boolean).join(': '),
      cause === undefined ? {} : { cause },
    );
    this.name = 'Failure';
    this.code = code;
    this.subject = detail.subject;
    this.reason = detail.reason;
  }

  /** Plain data for the wire, the bridge and the database. */
  toData(): FailureData {
    return {
      code: this.code,
      ...(this.subject === undefined ? {} : { subject: this.subject }),
      ...(this.reason === undefined ? {} : { reason: this.reason }),
    };
  }

  /** The opposite of {@link Failure.toData}. */
  static fromData(data: FailureData): Failure {
    return new Failure(data.code, data);
  }
}

const BY_ERRNO: Readonly<Record<string, FailureCode>> = {
  ENOENT: 'vanished',
  EACCES: 'no-permission',
  EPERM: 'no-permission',
  EROFS: 'read-only',
  ENOSPC: 'no-space',
  EDQUOT: 'over-quota',
  EEXIST: 'exists',
  ENOTEMPTY: 'exists',
  ENAMETOOLONG: 'name-too-long',
  EILSEQ: 'name-not-possible',
  EINVAL: 'name-not-possible',
  EFBIG: 'file-too-large',
  EMFILE: 'too-many-open-files',
  ENFILE: 'too-many-open-files',
  EADDRINUSE: 'port-taken',
  ECONNREFUSED: 'unreachable',
  ECONNRESET: 'peer-gone',
  EPIPE: 'peer-gone',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ETIMEDOUT: 'unreachable',
  ENOTFOUND: 'unreachable',
  EIO: 'io',
  EREMOTEIO: 'io',
  ENODEV: 'io',
  ENXIO: 'io',
  ESTALE: 'io',
};

/** libc numbers that Node reports without a name (EDQUOT is 122 on Linux and arrives as UNKNOWN). */
const EDQUOT_ERRNO = -122;

function errnoName(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, errno } = error as { code?: unknown; errno?: unknown };
  if (errno === EDQUOT_ERRNO) return 'EDQUOT';
  return typeof code === 'string' ? code : undefined;
}

/**
 * Any thrown value as a {@link Failure}: a Failure stays itself, a system error is mapped by its errno,
 * an abort becomes `cancelled`, everything else `fallback`.
 */
export function toFailure(error: unknown, subject?: string, fallback: FailureCode = 'internal'): Failure {
  if (error instanceof Failure) return error;
  const name = errnoName(error);
  const detail = subject === undefined ? {} : { subject };
  if (error instanceof Error && error.name === 'AbortError') return new Failure('cancelled', detail, error);
  if (name !== undefined && BY_ERRNO[name] !== undefined) {
    return new Failure(BY_ERRNO[name], { ...detail, reason: name }, error);
  }
  const reason = name ?? (error instanceof Error ? error.message : String(error));
  return new Failure(fallback, { ...detail, reason }, error);
}
