import { z } from 'zod';
import { MAX_BROWSE_LIMIT, MAX_COPY_SOURCES } from '../shared/browse.ts';
import { CONFLICT_POLICIES, MAX_STREAMS } from '../shared/copy-options.ts';
import { DOCTOR_CHECKS } from '../shared/doctor.ts';
import { type CallInput, type CallName, MAX_PAGE_ITEMS } from '../shared/engine-api.ts';
import { isPairingId } from '../shared/ids.ts';
import { MAX_SECONDS_PER_STEP } from '../shared/network-test.ts';
import { MINUTES_OF_DAY } from '../shared/rule-hours.ts';
import { ACCEPT_MODES, CONTRASTS, LANGUAGES, THEMES } from '../shared/settings.ts';
import { MAX_SHARE_NAME } from '../shared/share.ts';
import type { Carrier } from './port.ts';

/** What the bridge knows of one call. */
interface CallRule<Name extends CallName> {
  /** Everything that comes through a carrier is checked with this before the engine sees it. */
  readonly input: z.ZodType<CallInput<Name>>;
  /** The same for a page in a browser, where it may say less: places by root only. */
  readonly browserInput?: z.ZodType<CallInput<Name>>;
  /** Front ends that may use the call at all. */
  readonly carriers: readonly Carrier[];
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
const rootPlace = z.strictObject({ root: z.string().min(1).max(64), path: z.string().max(MAX_PATH_LENGTH) });
const place = z.union([path, rootPlace]);
const share = z.string().min(1).max(MAX_SHARE_NAME);
const paths = z.array(path).min(1).max(MAX_PATHS);
/** A name, an id or its prefix, or host:port (a DNS name has at most 253 characters). */
const peer = z.string().min(1).max(300);
const address = z.string().min(1).max(300);
const job = z.string().min(1).max(32);
const targets = z.array(peer).min(1).max(MAX_PEERS);
const code = z.string().min(1).max(200);
const trust = z.enum(['other', 'mine']);

const limit = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).nullable();
const streamChoice = z.union([z.literal('auto'), z.number().int().min(1).max(MAX_STREAMS)]);

const bytes = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

const options = z.strictObject({
  onConflict: z.enum(CONFLICT_POLICIES),
  limitBytesPerSecond: limit,
  streams: streamChoice,
  compress: z.enum(['auto', 'on', 'off']),
  checksum: z.boolean(),
  delta: z.boolean(),
  reuse: z.boolean(),
  verify: z.boolean(),
  anyNetwork: z.boolean(),
  dryRun: z.boolean(),
  range: z.strictObject({ offset: bytes, length: bytes.min(1), to: bytes, inPlace: z.boolean() }).nullish(),
});

const answer = z.enum(['skip', 'replace', 'keep-both', 'newer']);

const settingsChange = z.strictObject({
  visibility: z.enum(['everyone', 'paired', 'off']).optional(),
  inbox: path.optional(),
  accept: z.enum(ACCEPT_MODES).optional(),
  port: z.number().int().min(1).max(65_535).optional(),
  limitBytesPerSecond: limit.optional(),
  gentleBytesPerSecond: limit.optional(),
  streams: streamChoice.optional(),
  theme: z.enum(THEMES).optional(),
  contrast: z.enum(CONTRASTS).optional(),
  language: z.enum(LANGUAGES).optional(),
  startAtLogin: z.boolean().optional(),
  notify: z.boolean().optional(),
  history: z.boolean().optional(),
});

const selection = z.strictObject({
  items: z
    .array(z.strictObject({ name: z.string().min(1).max(1_024), type: z.enum(['file', 'folder']) }))
    .min(1)
    .max(MAX_PAGE_ITEMS),
  files: bytes,
  bytes,
});

function offerAnswer<Into extends z.ZodType>(into: Into) {
  return z.strictObject({
    job,
    into: into.nullable(),
    always: z.strictObject({ maxBytes: bytes.nullable() }).nullable(),
    onConflict: z.enum(CONFLICT_POLICIES).nullable(),
  });
}

const minuteOfDay = z
  .number()
  .int()
  .min(0)
  .max(MINUTES_OF_DAY - 1);
const ruleHours = z.strictObject({ fromMinute: minuteOfDay, toMinute: minuteOfDay });

function ruleFor<Into extends z.ZodType>(into: Into) {
  return z.strictObject({
    peer,
    rule: z.strictObject({ into, maxBytes: bytes.nullable(), hours: ruleHours.nullish() }).nullable(),
  });
}

function sendOf<Path extends z.ZodType>(one: Path) {
  return z.strictObject({ paths: z.array(one).min(1).max(MAX_PATHS), to: targets, options });
}

const copyPlace = z.strictObject({
  peer: peer.nullable(),
  share: share.nullable(),
  path: z.string().max(MAX_PATH_LENGTH),
});
/** A page names what is on this machine by root only. */
const copyPlaceOfPage = copyPlace.refine(({ peer: at, share: root }) => at !== null || root !== null);

function shareOf<Dir extends z.ZodType>(dir: Dir) {
  const devices = z.array(peer).max(MAX_PEERS);
  return z.strictObject({
    name: share,
    dir,
    readers: z.union([devices, z.literal('mine')]),
    writers: z.union([devices, z.enum(['mine', 'none'])]),
  });
}

function copyOf<At extends z.ZodType>(at: At) {
  return z.strictObject({ from: z.array(at).min(1).max(MAX_COPY_SOURCES), to: at, options });
}

function listOf<At extends z.ZodType>(at: At) {
  return z.strictObject({
    at,
    after: z.string().max(1_024).nullable(),
    limit: z.number().int().min(1).max(MAX_BROWSE_LIMIT),
  });
}

/** The one contract: every call an engine answers, and what a carrier must check. Both ends derive from it. */
export const CONTRACT: { readonly [Name in CallName]: CallRule<Name> } = {
  'device.get': { input: nothing, carriers: EVERYONE },
  'device.rename': {
    input: z.strictObject({ name: z.string().min(1).max(256) }),
    carriers: EVERYONE,
  },
  'settings.get': { input: nothing, carriers: EVERYONE },
  'settings.update': {
    input: z.strictObject({ change: settingsChange }),
    // Where things land on this machine, and what starts with it, is not for a page to say.
    browserInput: z.strictObject({ change: settingsChange.omit({ inbox: true, startAtLogin: true }) }),
    carriers: EVERYONE,
  },
  'peers.list': { input: nothing, carriers: EVERYONE },
  'peers.trust': { input: z.strictObject({ peer, trust }), carriers: EVERYONE },
  'peers.unpair': { input: z.strictObject({ peer }), carriers: EVERYONE },
  'peers.rename': {
    input: z.strictObject({ peer, name: z.string().min(1).max(256) }),
    carriers: EVERYONE,
  },
  'peers.setRule': {
    input: ruleFor(place),
    browserInput: ruleFor(rootPlace),
    carriers: EVERYONE,
  },
  'peers.add': { input: z.strictObject({ address }), carriers: EVERYONE },
  'peers.keepBlocked': { input: z.strictObject({ peer }), carriers: EVERYONE },
  'invite.create': {
    input: z.strictObject({ trust }),
    carriers: EVERYONE,
  },
  'invite.join': { input: z.strictObject({ address, code }), carriers: EVERYONE },
  'pair.open': { input: nothing, carriers: EVERYONE },
  'pair.close': { input: nothing, carriers: EVERYONE },
  'pair.start': { input: z.strictObject({ target: peer }), carriers: EVERYONE },
  'pair.confirm': {
    input: z.strictObject({ pairing: z.string().refine(isPairingId), matches: z.boolean() }),
    carriers: EVERYONE,
  },
  'offers.list': { input: nothing, carriers: EVERYONE },
  'offers.accept': {
    input: offerAnswer(place),
    browserInput: offerAnswer(rootPlace),
    carriers: EVERYONE,
  },
  'offers.decline': { input: z.strictObject({ job }), carriers: EVERYONE },
  'jobs.send': {
    input: sendOf(place),
    browserInput: sendOf(rootPlace),
    carriers: EVERYONE,
  },
  'jobs.sendWithCode': {
    input: z.strictObject({ paths, options }),
    carriers: WITH_PATHS,
  },
  'jobs.receive': {
    input: z.strictObject({ address: address.nullable(), code, into: path, options }),
    carriers: WITH_PATHS,
  },
  'jobs.copy': {
    input: copyOf(copyPlace),
    browserInput: copyOf(copyPlaceOfPage),
    carriers: EVERYONE,
  },
  'jobs.list': { input: nothing, carriers: EVERYONE },
  'jobs.get': { input: z.strictObject({ job }), carriers: EVERYONE },
  'jobs.wait': { input: z.strictObject({ job }), carriers: EVERYONE },
  'jobs.pause': { input: z.strictObject({ job }), carriers: EVERYONE },
  'jobs.resume': { input: z.strictObject({ job }), carriers: EVERYONE },
  'jobs.cancel': {
    input: z.strictObject({ job, keep: z.enum(['parts', 'arrived', 'nothing']) }),
    carriers: EVERYONE,
  },
  'jobs.answer': {
    input: z.strictObject({
      job,
      policy: answer,
      choices: z.array(z.strictObject({ path, policy: answer })).max(MAX_PATHS),
    }),
    carriers: EVERYONE,
  },
  'jobs.reorder': {
    input: z.strictObject({ job, before: job.nullable() }),
    carriers: EVERYONE,
  },
  'jobs.again': {
    input: z.strictObject({ job, to: peer.nullable(), only: z.enum(['all', 'failed']) }),
    carriers: EVERYONE,
  },
  'jobs.history': {
    input: z.strictObject({
      query: z.string().max(1_000),
      before: job.nullable(),
      limit: z.number().int().min(1).max(1_000),
    }),
    carriers: EVERYONE,
  },
  'jobs.forget': {
    input: z.strictObject({ jobs: z.array(job).min(1).max(MAX_PATHS) }),
    carriers: EVERYONE,
  },
  'jobs.problems': {
    input: z.strictObject({ job, offset: bytes, limit: z.number().int().min(1).max(10_000) }),
    carriers: EVERYONE,
  },
  'jobs.entries': {
    input: z.strictObject({ job, offset: bytes, limit: z.number().int().min(1).max(1_000) }),
    carriers: EVERYONE,
  },
  'jobs.speeds': { input: z.strictObject({ job }), carriers: EVERYONE },
  'jobs.clean': { input: nothing, carriers: EVERYONE },
  'jobs.verify': { input: z.strictObject({ job }), carriers: EVERYONE },
  'jobs.manifest': {
    input: z.strictObject({ job, page: z.number().int().min(0).max(MAX_PATHS) }),
    carriers: EVERYONE,
  },
  'jobs.interrupt': { input: z.strictObject({ job }), carriers: EVERYONE },
  'page.send': {
    input: z.strictObject({ selection, to: targets, options }),
    carriers: ['browser'],
  },
  'page.resume': {
    input: z.strictObject({ job, selection }),
    carriers: ['browser'],
  },
  'places.roots': { input: nothing, carriers: EVERYONE },
  'places.list': {
    input: z.strictObject({ place: rootPlace }),
    carriers: EVERYONE,
  },
  'shares.list': { input: nothing, carriers: EVERYONE },
  'shares.set': {
    input: shareOf(place.nullable()),
    browserInput: shareOf(rootPlace.nullable()),
    carriers: EVERYONE,
  },
  'shares.remove': { input: z.strictObject({ name: share }), carriers: EVERYONE },
  'browse.list': {
    input: listOf(copyPlace),
    browserInput: listOf(copyPlaceOfPage),
    carriers: EVERYONE,
  },
  'browse.makeFolder': {
    input: z.strictObject({ at: copyPlace }),
    browserInput: z.strictObject({ at: copyPlaceOfPage }),
    carriers: EVERYONE,
  },
  'web.link': { input: nothing, carriers: ['desktop', 'cli'] },
  'network.test': {
    input: z.strictObject({ peer, secondsPerStep: z.number().min(0.1).max(MAX_SECONDS_PER_STEP) }),
    carriers: EVERYONE,
  },
  'network.stopTest': { input: z.strictObject({ test: z.string().min(1).max(64) }), carriers: EVERYONE },
  'doctor.run': {
    input: z.strictObject({ check: z.enum(DOCTOR_CHECKS), target: peer.nullable() }),
    carriers: EVERYONE,
  },
};

/** Whether `name` is a call of the contract; own keys only, so `constructor` is none. */
export function isCallName(name: string): name is CallName {
  return Object.hasOwn(CONTRACT, name);
}
