import type { FailureCode } from './failure.ts';
import type { JobResult } from './job.ts';

/** What the process ends with; the table is in docs and `ferry --help`, and scripts rely on it. */
export const EXIT = {
  ok: 0,
  partial: 1,
  usage: 2,
  refused: 3,
  peer: 4,
  destination: 5,
  integrity: 6,
  machine: 7,
  cancelled: 8,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Every failure has one exit code; the type makes a new failure code without one an error. */
const EXIT_BY_FAILURE: Readonly<Record<FailureCode, ExitCode>> = {
  usage: EXIT.usage,
  'no-such-path': EXIT.usage,
  ambiguous: EXIT.usage,
  declined: EXIT.refused,
  expired: EXIT.refused,
  'not-paired': EXIT.refused,
  'wrong-code': EXIT.refused,
  'no-right': EXIT.refused,
  'pairing-closed': EXIT.refused,
  'pairing-mismatch': EXIT.refused,
  'peer-misbehaved': EXIT.refused,
  'over-cap': EXIT.refused,
  'unknown-peer': EXIT.peer,
  unreachable: EXIT.peer,
  'wrong-device': EXIT.peer,
  'not-ferry': EXIT.peer,
  'older-peer': EXIT.peer,
  'newer-peer': EXIT.peer,
  'peer-gone': EXIT.peer,
  timeout: EXIT.peer,
  'no-space': EXIT.destination,
  'no-inodes': EXIT.destination,
  'over-quota': EXIT.destination,
  'read-only': EXIT.destination,
  'no-permission': EXIT.destination,
  'name-not-possible': EXIT.destination,
  'name-too-long': EXIT.destination,
  'file-too-large': EXIT.destination,
  exists: EXIT.destination,
  'destination-changed': EXIT.destination,
  'destination-gone': EXIT.destination,
  'destination-not-folder': EXIT.destination,
  unreadable: EXIT.partial,
  vanished: EXIT.partial,
  changed: EXIT.partial,
  'special-file': EXIT.partial,
  'metadata-lost': EXIT.partial,
  'kept-both': EXIT.partial,
  'late-name': EXIT.partial,
  integrity: EXIT.integrity,
  'port-taken': EXIT.machine,
  'home-in-use': EXIT.machine,
  'state-unusable': EXIT.machine,
  'home-full': EXIT.machine,
  'key-unusable': EXIT.machine,
  io: EXIT.machine,
  'too-many-open-files': EXIT.machine,
  internal: EXIT.machine,
  cancelled: EXIT.cancelled,
  'unknown-job': EXIT.cancelled,
  // not 130: that is for who pressed Ctrl-C here; this one hears that the engine ended under it
  interrupted: EXIT.machine,
};

/** The exit code of a failure. */
export function exitForFailure(code: FailureCode): ExitCode {
  return EXIT_BY_FAILURE[code];
}

/** The exit code of an ended job. */
export function exitForResult(result: Pick<JobResult, 'state' | 'failure'>): ExitCode {
  switch (result.state) {
    case 'done':
      return EXIT.ok;
    case 'partial':
      return EXIT.partial;
    case 'cancelled':
      return EXIT.cancelled;
    case 'failed':
      return exitForFailure(result.failure?.code ?? 'internal');
  }
}

/** From the one to tell first to the one to tell last, when several jobs of one command end differently. */
const GRAVEST_FIRST: readonly ExitCode[] = [
  EXIT.interrupted,
  EXIT.integrity,
  EXIT.machine,
  EXIT.destination,
  EXIT.refused,
  EXIT.peer,
  EXIT.cancelled,
  EXIT.usage,
  EXIT.partial,
];

/** One exit code for several jobs: the gravest of them. */
export function gravestExit(codes: readonly ExitCode[]): ExitCode {
  return GRAVEST_FIRST.find((code) => codes.includes(code)) ?? EXIT.ok;
}
