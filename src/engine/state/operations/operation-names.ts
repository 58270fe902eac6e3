import type { StateOperations } from './operations.ts';

/** The operations as a value, for the thread that must not load node:sqlite; the type keeps it complete. */
export const OPERATION_NAMES: {
  readonly [Group in keyof StateOperations]: Readonly<Record<keyof StateOperations[Group], true>>;
} = {
  device: { get: true, create: true, rename: true, setVisibility: true },
  peers: {
    get: true,
    list: true,
    find: true,
    add: true,
    setTrust: true,
    setAddresses: true,
    setAcceptAlways: true,
    rename: true,
    setAnnouncedName: true,
    block: true,
    remove: true,
  },
  jobs: {
    get: true,
    put: true,
    update: true,
    findByPrefix: true,
    keyOf: true,
    list: true,
    listOpen: true,
    acknowledge: true,
    markInterrupted: true,
    remove: true,
  },
  problems: { add: true, page: true, at: true },
  parts: { add: true, remove: true, list: true, listAll: true },
  claims: { add: true, drop: true, dropAll: true, list: true },
  receipts: { add: true, list: true, prune: true },
  offers: { get: true, put: true, list: true, findByPrefix: true, remove: true, expire: true },
  grants: {
    create: true,
    find: true,
    listByJob: true,
    use: true,
    offerAccepted: true,
    raiseCap: true,
    revokeByJob: true,
    revokeByPeer: true,
    expire: true,
  },
  speeds: { get: true, put: true },
  shares: { list: true, put: true, remove: true },
  ways: { list: true, put: true },
  history: { prune: true, forgetEnded: true },
  meta: { beginEpoch: true, epochs: true, get: true, set: true, remove: true },
};
