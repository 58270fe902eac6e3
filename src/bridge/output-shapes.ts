import type { CallName } from '../shared/engine-api.ts';

/** What the answer to a call must look like at least: a cheap check that both ends mean the same. */
interface OutputShape {
  readonly list: boolean;
  /** Keys that the output (or each item of it) must have. */
  readonly keys: readonly string[];
}

function one(...keys: string[]): { list: boolean; keys: string[] } {
  return { list: false, keys };
}

function list(...keys: string[]): { list: boolean; keys: string[] } {
  return { list: true, keys };
}

const DEVICE = ['id', 'name', 'port'];
const SETTINGS = ['visibility', 'inbox', 'theme'];
const PEER = ['shortId', 'name', 'paired'];
const PAIRING = ['pairing', 'role', 'state'];
const OFFER = ['job', 'peer', 'names'];
const SHARE = ['name', 'dir', 'readers', 'writers'];
const JOB = ['job', 'role', 'state', 'progress'];

/**
 * Shapes of all answers. Apart from the contract and its schemas, because a client needs only these: loading
 * a validator takes a command longer than all else it does.
 */
const OUTPUT_SHAPES: { readonly [Name in CallName]: OutputShape } = {
  'device.get': one(...DEVICE),
  'device.rename': one(...DEVICE),
  'settings.get': one(...SETTINGS),
  'settings.update': one(...SETTINGS),
  'peers.list': list(...PEER),
  'peers.trust': one(...PEER),
  'peers.unpair': one(...PEER),
  'peers.rename': one(...PEER),
  'peers.setRule': one(...PEER),
  'peers.add': one(...PEER),
  'peers.keepBlocked': one(...PEER),
  'invite.create': one('code', 'expires', 'addresses'),
  'invite.join': one(...PEER),
  'pair.open': one('expiresMs'),
  'pair.close': one(...DEVICE),
  'pair.start': one(...PAIRING),
  'pair.confirm': one(...PAIRING),
  'offers.list': list(...OFFER),
  'offers.accept': one(...JOB),
  'offers.decline': one(...OFFER),
  'jobs.send': list(...JOB),
  'jobs.sendWithCode': one('job', 'code', 'addresses', 'expires'),
  'jobs.receive': one(...JOB),
  'jobs.copy': one(...JOB),
  'jobs.list': list(...JOB),
  'jobs.get': one(...JOB),
  'jobs.wait': one(...JOB),
  'jobs.pause': one(...JOB),
  'jobs.resume': one(...JOB),
  'jobs.cancel': one(...JOB),
  'jobs.answer': one(...JOB),
  'jobs.reorder': one(...JOB),
  'jobs.again': one(...JOB),
  'jobs.history': one('jobs', 'more'),
  'jobs.forget': one('forgotten'),
  'jobs.problems': one('problems', 'total'),
  'jobs.entries': one('entries', 'total'),
  'jobs.speeds': one('recent', 'whole'),
  'jobs.clean': one('removed'),
  'jobs.verify': one(...JOB),
  'jobs.manifest': one('files', 'totalFiles', 'next'),
  'jobs.interrupt': one(...JOB),
  'page.send': one('jobs', 'ticket'),
  'page.resume': one('job', 'ticket'),
  'places.roots': list('root', 'name'),
  'places.list': one('entries', 'complete'),
  'shares.list': list(...SHARE),
  'shares.set': one(...SHARE),
  'shares.remove': one(...SHARE),
  'browse.list': one('entries', 'next', 'canWrite'),
  'browse.makeFolder': one(),
  'web.link': one('url'),
  'network.test': one('test', 'steps', 'state'),
  'network.stopTest': one('test', 'steps', 'state'),
  'doctor.run': one('check', 'state'),
};

function hasKeys(value: unknown, keys: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && keys.every((key) => Object.hasOwn(value, key));
}

/** Whether `output` has the shape that the contract promises for `name`. */
export function hasOutputShape(name: CallName, output: unknown): boolean {
  const shape = OUTPUT_SHAPES[name];
  if (!shape.list) return hasKeys(output, shape.keys);
  return Array.isArray(output) && output.every((item) => hasKeys(item, shape.keys));
}
