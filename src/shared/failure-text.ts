import { escapeText } from './escape.ts';
import { type FailureCode, type FailureData, READ_BACK } from './failure.ts';
import type { Problem } from './job.ts';

/** What happened, and what a person can do about it. The only place where failures become sentences. */
interface FailureText {
  /** Without a full stop; a subject (path, address, name) may follow. */
  readonly what: string;
  /** A whole sentence, or empty where nothing helps. */
  readonly advice: string;
}

const TEXT: Readonly<Record<FailureCode, FailureText>> = {
  usage: { what: 'wrong usage', advice: 'See `ferry --help`.' },
  'no-such-path': { what: 'no such file or folder', advice: 'Check the path.' },
  ambiguous: { what: 'more than one match', advice: 'Give more of the name or id.' },
  declined: { what: 'declined by the other device', advice: 'Ask its owner to accept and send again.' },
  expired: { what: 'expired', advice: 'Start again to get a new code or offer.' },
  'not-paired': { what: 'not paired with this device', advice: 'Pair first: `ferry pair` on both.' },
  'wrong-code': { what: 'wrong code', advice: 'Check it; a code works once and for ten minutes.' },
  'no-right': {
    what: 'no right to do that',
    advice:
      'On the device that says no, `ferry trust` says whose device the other one is, and `ferry share add` who may read or write.',
  },
  'pairing-closed': {
    what: 'the other device is not open for pairing',
    advice: 'Run `ferry pair` there first.',
  },
  'pairing-mismatch': {
    what: 'pairing ended because the digits were not confirmed',
    advice: 'If they differed, somebody may be in between; else try again.',
  },
  'unknown-peer': { what: 'no such peer', advice: '`ferry peers` lists those that are known.' },
  unreachable: {
    what: 'cannot reach the other device',
    advice: 'Check that Ferry runs there, the address and the firewall.',
  },
  'wrong-device': {
    what: 'another device answered at this address',
    advice: 'Check the address; nothing was sent.',
  },
  'not-ferry': { what: 'what answers there is not Ferry', advice: 'Check host and port.' },
  'older-peer': { what: 'the other device runs an older Ferry that does not fit', advice: 'Update it.' },
  'newer-peer': { what: 'the other device runs a newer Ferry that does not fit', advice: 'Update this one.' },
  'peer-gone': { what: 'the other device went away', advice: 'Run the same command when it is back.' },
  'peer-misbehaved': {
    what: 'the other device broke the rules of the protocol',
    advice: 'The connection was closed.',
  },
  timeout: { what: 'no answer in time', advice: 'Check the network and try again.' },
  'no-space': {
    what: 'no space left at the destination',
    advice: 'Free some space; a copy that waits goes on by itself.',
  },
  'no-inodes': {
    what: 'the destination cannot hold more files (out of inodes)',
    advice: 'Remove files there; a copy that waits goes on by itself.',
  },
  'over-quota': { what: 'over quota at the destination', advice: 'Free some space or raise the quota.' },
  'read-only': { what: 'the destination is read-only', advice: 'Choose another folder.' },
  'no-permission': {
    what: 'no permission to write there',
    advice: 'Change its permissions or choose another folder.',
  },
  'name-not-possible': { what: 'the destination cannot hold this name', advice: 'Rename it at the source.' },
  'name-too-long': { what: 'the name is too long for the destination', advice: 'Shorten it at the source.' },
  'file-too-large': {
    what: 'the file is too large for the destination',
    advice: 'Choose another file system.',
  },
  exists: {
    what: 'something else has this name at the destination',
    advice: 'Choose with --on-conflict skip, replace, keep-both or newer.',
  },
  'destination-changed': { what: 'the destination changed meanwhile', advice: 'Start again.' },
  'destination-gone': {
    what: 'the disk of the destination is not there any more',
    advice: 'Connect or mount it again; the copy goes on by itself.',
  },
  'destination-not-folder': { what: 'the destination is not a folder', advice: 'Choose a folder.' },
  unreadable: { what: 'cannot be read', advice: 'Check its permissions at the source.' },
  vanished: { what: 'disappeared while it was copied', advice: '' },
  changed: { what: 'kept changing while it was read', advice: 'Copy it again when it is at rest.' },
  'special-file': { what: 'not a file, folder or link, so it was skipped', advice: '' },
  'over-cap': { what: 'more was asked for than was offered', advice: 'Send it again.' },
  integrity: { what: 'the content did not verify', advice: 'Nothing wrong was kept; copy it again.' },
  'metadata-lost': { what: 'copied, but not all of its metadata could be kept', advice: '' },
  'kept-both': { what: 'copied under another name, the one that was there is kept', advice: '' },
  'late-name': { what: 'its name was taken while it was copied', advice: 'It was kept under another name.' },
  'port-taken': { what: 'the port is taken by another program', advice: 'Choose another one with --port.' },
  'home-in-use': {
    what: 'a Ferry already runs with this home',
    advice: 'Stop it first, or set FERRY_HOME to another folder.',
  },
  'state-unusable': {
    what: "this device's database or folder cannot be used",
    advice: 'Check FERRY_HOME and who owns it.',
  },
  'home-full': {
    what: "no room for Ferry's own records",
    advice: 'Free some space on the disk of its home; what waits goes on by itself.',
  },
  'key-unusable': { what: "this device's key cannot be used", advice: 'Check the key file in FERRY_HOME.' },
  io: { what: 'a disk or the system reported an error', advice: 'Check the disk.' },
  'too-many-open-files': { what: 'too many open files', advice: 'Raise the limit (ulimit -n).' },
  cancelled: { what: 'cancelled', advice: '' },
  'unknown-job': { what: 'no such job', advice: '`ferry jobs` lists them.' },
  interrupted: {
    what: 'stopped before the end',
    advice: 'Run the same command again to go on; `ferry jobs` lists what is kept.',
  },
  internal: { what: 'a mistake in Ferry itself', advice: 'Run it with --verbose and report it.' },
};

/** Of what was found when a copy was read back: it says something of a disk, not of the copying. */
const WHEN_READ_BACK: Readonly<Partial<Record<FailureCode, FailureText>>> = {
  integrity: {
    what: 'what is on the disk is not what came',
    advice: 'Check the disk, and copy it again with --on-conflict replace --checksum.',
  },
  changed: { what: 'changed there since it came', advice: '' },
  vanished: { what: 'not there any more', advice: '' },
};

/** Errno names that a sentence already says; repeating them would be noise. */
const SILENT_REASONS: ReadonlySet<string> = new Set([
  'ENOENT',
  'ENOSPC',
  'EADDRINUSE',
  'EDQUOT',
  'ENAMETOOLONG',
  READ_BACK,
]);

/** What happened, in a few words and without advice. */
export function failureHead({ code }: Pick<FailureData, 'code'>): string {
  return TEXT[code].what;
}

/** One line: what, where, why, what to do. Safe for a terminal. */
export function failureSentence(failure: FailureData): string {
  const readBack = failure.reason === READ_BACK ? WHEN_READ_BACK[failure.code] : undefined;
  const { what, advice } = readBack ?? TEXT[failure.code];
  const subject = failure.subject === undefined ? '' : escapeText(failure.subject);
  const reason =
    failure.reason === undefined || SILENT_REASONS.has(failure.reason) ? '' : escapeText(failure.reason);
  const head =
    // wrong usage is explained by its own reason; "wrong usage (unknown option)" would say it twice
    failure.code === 'usage' && reason !== ''
      ? [reason, subject].filter(Boolean).join(': ')
      : `${[what, subject].filter(Boolean).join(': ')}${reason === '' ? '' : ` (${reason})`}`;
  return `${head.replace(/[.\s]+$/, '')}.${advice === '' ? '' : ` ${advice}`}`;
}

/** The sentence for one listed entry; its path stands before it, so it is not repeated. */
export function problemSentence(problem: Pick<Problem, 'code' | 'reason'>): string {
  return failureSentence(
    problem.reason === undefined ? { code: problem.code } : { code: problem.code, reason: problem.reason },
  );
}
