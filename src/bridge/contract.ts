import { z } from 'zod';
import { CONFLICT_POLICIES, MAX_STREAMS } from '../shared/copy-options.ts';
import type { CallInput, CallName } from '../shared/engine-api.ts';
import { isPairingId } from '../shared/ids.ts';
import type { Carrier } from './port.ts';

/** What the bridge knows of one call. */
interface CallRule<Name extends CallName> {
  /** Everything that comes through a carrier is checked with this before the engine sees it. */
  readonly input: z.ZodType<CallInput<Name>>;
  /** Front ends that may use the call at all. */
  readonly carriers: readonly Carrier[];
  /** Keys that the output (or each item of it) must have; a cheap check that both ends mean the same. */
  readonly output: { readonly list: boolean; readonly keys: readonly string[] };
}

const EVERYONE: readonly Carrier[] = ['desktop', 'browser', 'cli'];
/** A page in a browser names places by root and relative path, so calls with absolute paths are not for it. */
const WITH_PATHS: readonly Carrier[] = ['desktop', 'cli'];

/** PATH_MAX of Linux, times the bytes of an escaped character; anything longer cannot be opened anyway. */
const MAX_PATH_LENGTH = 16_384;
const MAX_PATHS = 10_000;
const MAX_PEERS = 64;

const nothing = z.strictObject({});
const path = z.string().min(1).max(MAX_PATH_LENGTH);
const paths = z.array(path).min(1).max(MAX_PATHS);
/** A name, an id or its prefix, or host:port (a DNS name has at most 253 characters). */
const peer = z.string().min(1).max(300);
const address = z.string().min(1).max(300);
const job = z.string().min(1).max(32);
const code = z.string().min(1).max(200);
const trust = z.enum(['other', 'mine']);

const options = z.strictObject({
  onConflict: z.enum(CONFLICT_POLICIES),
  limitBytesPerSecond: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).nullable(),
  streams: z.union([z.literal('auto'), z.number().int().min(1).max(MAX_STREAMS)]),
  compress: z.enum(['auto', 'on', 'off']),
  checksum: z.boolean(),
  delta: z.boolean(),
  reuse: z.boolean(),
  verify: z.boolean(),
  dryRun: z.boolean(),
});

function one(...keys: string[]): { list: boolean; keys: string[] } {
  return { list: false, keys };
}

function list(...keys: string[]): { list: boolean; keys: string[] } {
  return { list: true, keys };
}

const DEVICE = ['id', 'name', 'port'];
const PEER = ['shortId', 'name', 'paired'];
const PAIRING = ['pairing', 'role', 'state'];
const OFFER = ['job', 'peer', 'names'];
const JOB = ['job', 'role', 'state', 'progress'];

/** The one contract: every call an engine answers, and what a carrier must check. Both ends derive from it. */
export const CONTRACT: { readonly [Name in CallName]: CallRule<Name> } = {
  'device.get': { input: nothing, carriers: EVERYONE, output: one(...DEVICE) },
  'device.rename': {
    input: z.strictObject({ name: z.string().min(1).max(256) }),
    carriers: EVERYONE,
    output: one(...DEVICE),
  },
  'peers.list': { input: nothing, carriers: EVERYONE, output: list(...PEER) },
  'peers.trust': { input: z.strictObject({ peer, trust }), carriers: EVERYONE, output: one(...PEER) },
  'peers.unpair': { input: z.strictObject({ peer }), carriers: EVERYONE, output: one(...PEER) },
  'invite.create': {
    input: z.strictObject({ trust }),
    carriers: EVERYONE,
    output: one('code', 'expires', 'addresses'),
  },
  'invite.join': { input: z.strictObject({ address, code }), carriers: EVERYONE, output: one(...PEER) },
  'pair.open': { input: nothing, carriers: EVERYONE, output: one('expiresMs') },
  'pair.start': { input: z.strictObject({ target: peer }), carriers: EVERYONE, output: one(...PAIRING) },
  'pair.confirm': {
    input: z.strictObject({ pairing: z.string().refine(isPairingId), matches: z.boolean() }),
    carriers: EVERYONE,
    output: one(...PAIRING),
  },
  'offers.list': { input: nothing, carriers: EVERYONE, output: list(...OFFER) },
  'offers.accept': {
    input: z.strictObject({ job, into: path.nullable(), always: z.boolean() }),
    carriers: WITH_PATHS,
    output: one(...JOB),
  },
  'offers.decline': { input: z.strictObject({ job }), carriers: EVERYONE, output: one(...OFFER) },
  'jobs.send': {
    input: z.strictObject({ paths, to: z.array(peer).min(1).max(MAX_PEERS), options }),
    carriers: WITH_PATHS,
    output: list(...JOB),
  },
  'jobs.sendWithCode': {
    input: z.strictObject({ paths, options }),
    carriers: WITH_PATHS,
    output: one('job', 'code', 'addresses', 'expires'),
  },
  'jobs.receive': {
    input: z.strictObject({ address: address.nullable(), code, into: path, options }),
    carriers: WITH_PATHS,
    output: one(...JOB),
  },
  'jobs.list': { input: nothing, carriers: EVERYONE, output: list(...JOB) },
  'jobs.get': { input: z.strictObject({ job }), carriers: EVERYONE, output: one(...JOB) },
  'jobs.wait': { input: z.strictObject({ job }), carriers: EVERYONE, output: one(...JOB) },
  'jobs.cancel': { input: z.strictObject({ job }), carriers: EVERYONE, output: one(...JOB) },
  'jobs.clean': { input: nothing, carriers: EVERYONE, output: one('removed') },
  'jobs.interrupt': { input: z.strictObject({ job }), carriers: EVERYONE, output: one(...JOB) },
};

/** Whether `name` is a call of the contract; own keys only, so `constructor` is none. */
export function isCallName(name: string): name is CallName {
  return Object.hasOwn(CONTRACT, name);
}

function hasKeys(value: unknown, keys: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && keys.every((key) => Object.hasOwn(value, key));
}

/** Whether `output` has the shape that the contract promises for `name`. */
export function hasOutputShape(name: CallName, output: unknown): boolean {
  const shape = CONTRACT[name].output;
  if (!shape.list) return hasKeys(output, shape.keys);
  return Array.isArray(output) && output.every((item) => hasKeys(item, shape.keys));
}
