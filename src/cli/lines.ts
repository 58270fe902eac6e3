import type { Address, DeviceView, PairingView, PeerView } from '../shared/device.ts';
import { escapeText } from '../shared/escape.ts';
import type { FailureCode, FailureData } from '../shared/failure.ts';
import { failureSentence, problemSentence } from '../shared/failure-text.ts';
import type { JobId } from '../shared/ids.ts';
import type { JobResult, JobView, OfferView, Problem, Verification, WaitingDetail } from '../shared/job.ts';
import { NO_RUNGS } from '../shared/job.ts';
import type { ManifestFile } from '../shared/manifest.ts';
import type { PlaceEntry } from '../shared/place.ts';
import type { Preflight } from '../shared/preflight.ts';
import type { ShareView } from '../shared/share.ts';

/**
 * The JSON lines that scripts rely on: every one is made here. Fields are only ever added.
 * Numbers are bytes, seconds and Unix milliseconds.
 */
export interface JsonLine {
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** Failures whose subject is a path. */
const ABOUT_PATHS: ReadonlySet<FailureCode> = new Set([
  'no-such-path',
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
  'unreadable',
  'vanished',
  'changed',
  'special-file',
  'integrity',
  'state-unusable',
  'home-full',
  'key-unusable',
  'home-in-use',
  'io',
]);

export function toErrorLine(failure: FailureData): JsonLine {
  const { code, subject } = failure;
  const path = subject !== undefined && ABOUT_PATHS.has(code) ? { path: subject } : {};
  return { kind: 'error', code, message: failureSentence(failure), ...path };
}

/** `web` is the link to the page that it serves, null where it serves none. */
export function toReadyLine(device: DeviceView, web: string | null): JsonLine {
  return {
    kind: 'ready',
    device: { id: device.id, name: device.name },
    addresses: device.addresses,
    port: device.port,
    inbox: device.inbox,
    web,
  };
}

export function toWebLine(url: string): JsonLine {
  return { kind: 'web', url };
}

/** `id` is the whole id where a handshake has shown it, else the announced beginning. */
export function toPeerLine(peer: PeerView): JsonLine {
  const { name, addresses, paired, trust, online } = peer;
  return { kind: 'peer', id: peer.id ?? peer.shortId, name, addresses, paired, trust, online };
}

export function toInviteLine(invite: {
  code: string;
  expires: number;
  addresses: readonly Address[];
}): JsonLine {
  return { kind: 'invite', code: invite.code, expires: invite.expires, addresses: invite.addresses };
}

export function toPairingLine(pairing: PairingView): JsonLine {
  const { role, peer, code, state } = pairing;
  return { kind: 'pairing', pairing: pairing.pairing, role, peer, code, state, expires: pairing.expiresMs };
}

export function toOfferLine(offer: OfferView): JsonLine {
  const { job, peer, names, files, bytes, complete, into, freeBytes } = offer;
  return {
    kind: 'offer',
    job,
    peer,
    names,
    files,
    bytes,
    complete,
    into,
    freeBytes,
    expires: offer.expiresMs,
  };
}

export function toWaitingLine(waiting: { code: string; addresses: readonly Address[] }): JsonLine {
  return { kind: 'waiting', addresses: waiting.addresses, code: waiting.code };
}

export function toProgressLine(view: JobView): JsonLine {
  const { job, state, waitingFor, waitingDetail, progress } = view;
  const { files, bytes, totalFiles, totalBytes, complete, bytesPerSecond, limitedBy } = progress;
  return {
    kind: 'progress',
    job,
    state,
    ...(waitingFor === null ? {} : { waitingFor, since: view.sinceMs }),
    ...(view.pausedBy === null ? {} : { pausedBy: view.pausedBy }),
    ...(waitingDetail === null ? {} : { waitingDetail: toDetail(waitingDetail) }),
    phase: progress.phase,
    files,
    bytes,
    totalFiles,
    totalBytes,
    complete,
    bytesPerSecond,
    limitedBy,
  };
}

/** `at` is where it was looked for, with a slash at its end unless it is empty. */
export function toEntryLine(at: string, entry: PlaceEntry): JsonLine {
  const { name, nameBase64, type, bytes, mtimeMs } = entry;
  const base64 = nameBase64 === undefined ? {} : { pathBase64: base64Of(at, nameBase64) };
  return { kind: 'entry', path: escapeText(`${at}${name}`), ...base64, type, bytes, mtime: mtimeMs };
}

function base64Of(at: string, nameBase64: string): string {
  return Buffer.concat([Buffer.from(at), Buffer.from(nameBase64, 'base64')]).toString('base64');
}

export function toShareLine({ name, dir, readers, writers, opens, isThere }: ShareView): JsonLine {
  return { kind: 'share', name, dir, readers, writers, opens, isThere };
}

function toDetail({ why, neededBytes, freeBytes }: WaitingDetail): JsonLine[string] {
  return { code: why.code, message: failureSentence(why), neededBytes, freeBytes };
}

/** One job among others, as `ferry jobs` lists it. */
export function toJobLine(view: JobView): JsonLine {
  const { job, role, state, waitingFor, peer, names, into, parts, progress } = view;
  const { files, bytes, totalFiles, totalBytes, complete } = progress;
  return {
    kind: 'job',
    job,
    role,
    state,
    waitingFor,
    since: view.sinceMs,
    pausedBy: view.pausedBy,
    waitingDetail: view.waitingDetail === null ? null : toDetail(view.waitingDetail),
    peer,
    ...(view.between === null ? {} : { between: view.between }),
    names,
    into,
    ...{ files, bytes, totalFiles, totalBytes, complete },
    parts,
    created: view.createdMs,
    updated: view.updatedMs,
  };
}

function toProblemLine(problem: Problem) {
  return {
    path: escapeText(problem.path),
    ...(problem.pathBase64 === undefined ? {} : { pathBase64: problem.pathBase64 }),
    code: problem.code,
    message: problemSentence(problem),
  };
}

/** What a dry run found at the destination, before its result. */
export function toPreflightLine(job: JobId, preflight: Preflight): JsonLine {
  return { kind: 'preflight', job, ...preflight };
}

/** Last line of a job. Call it for ended jobs only; a mirror that never saw the result tells what it knows. */
export function toResultLine(view: JobView): JsonLine {
  const result = view.result ?? resultFromProgress(view);
  const { state, files, folders, links, bytes, unchanged, wireBytes, reusedBytes, clonedBytes } = result;
  return {
    kind: 'result',
    job: view.job,
    ...{ state, files, folders, links, bytes, unchanged, wireBytes, reusedBytes, clonedBytes },
    ...{ from: result.from, rungs: result.rungs },
    ...(result.replaced === undefined ? {} : { replaced: result.replaced }),
    ...(result.predictedWireBytes === null ? {} : { predictedWireBytes: result.predictedWireBytes }),
    seconds: result.seconds,
    streams: result.streams,
    verified: result.verified,
    ...(result.atomic === undefined ? {} : { atomic: result.atomic }),
    problems: result.problems.map(toProblemLine),
    problemCount: result.problemCount,
    ...(state === 'failed' && result.failure !== null ? { failure: toErrorLine(result.failure) } : {}),
    times: result.times,
  };
}

/** How far reading back is. */
export function toVerifyProgressLine(job: JobId, verification: Verification): JsonLine {
  const { files, bytes, totalFiles, totalBytes } = verification;
  return { kind: 'progress', job, state: 'verifying', files, bytes, totalFiles, totalBytes, complete: true };
}

/** A file of a job, with the hash that it came with; `hashOf` says of what, see docs/manifest.md. */
export function toManifestLine(job: JobId, file: ManifestFile): JsonLine {
  const { path, pathBase64, bytes, mtimeMs, hash, by, piece } = file;
  return {
    kind: 'manifest',
    job,
    path: escapeText(path),
    ...(pathBase64 === undefined ? {} : { pathBase64 }),
    bytes,
    mtime: mtimeMs,
    hash,
    hashOf: by,
    ...(piece === null ? {} : { piece: { offset: piece.at, length: piece.length } }),
  };
}

/** What reading back has found: a result of its own. */
export function toVerifiedLine(job: JobId, verification: Verification): JsonLine {
  const { state, totalFiles, totalBytes, damaged, unproven, problemCount, startedMs, endedMs } = verification;
  const isGood = state === 'done' && problemCount === 0;
  return {
    kind: 'result',
    job,
    state: isGood ? 'done' : state === 'failed' || damaged > 0 ? 'failed' : 'partial',
    files: totalFiles,
    bytes: totalBytes,
    unproven,
    damaged,
    seconds: Math.max(0, (endedMs ?? startedMs) - startedMs) / 1000,
    verified: isGood && unproven === 0,
    problems: verification.problems.map(toProblemLine),
    problemCount,
    ...(verification.failure === null ? {} : { failure: toErrorLine(verification.failure) }),
  };
}

const NO_TIMES = { disk: 0, hash: 0, socket: 0, waiting: 0, limited: 0, listing: 0, sync: 0 };

/** The result of an ended job that came without one. */
export function resultFromProgress({ state, progress }: JobView): JobResult {
  return {
    state: state === 'done' || state === 'partial' || state === 'cancelled' ? state : 'failed',
    files: progress.files,
    folders: 0,
    links: 0,
    bytes: progress.bytes,
    unchanged: 0,
    wireBytes: 0,
    reusedBytes: 0,
    clonedBytes: 0,
    from: { there: 0, here: 0, older: 0 },
    rungs: NO_RUNGS,
    predictedWireBytes: null,
    seconds: 0,
    streams: progress.streams,
    verified: false,
    problems: [],
    problemCount: 0,
    failure: null,
    times: { source: NO_TIMES, destination: NO_TIMES },
  };
}
