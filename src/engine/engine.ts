import { availableParallelism } from 'node:os';
import type { DeviceView, PairingView, PeerView } from '../shared/device.ts';
import { cleanDeviceName } from '../shared/device-name.ts';
import type { CallInput, CallName, CallOutput, Snapshot } from '../shared/engine-api.ts';
import { Failure, toFailure } from '../shared/failure.ts';
import type { PairingId } from '../shared/ids.ts';
import { ENDED_STATES } from '../shared/job.ts';
import type { SettingsView } from '../shared/settings.ts';
import { addPeer } from './add-peer.ts';
import type { CallHandlers } from './calls/call-parts.ts';
import { DeviceStatus } from './device-status.ts';
import { BonjourDiscovery } from './discovery/bonjour-discovery.ts';
import { systemClock } from './discovery/clock.ts';
import { PeerTable } from './discovery/peer-table.ts';
import { createCalls } from './engine-calls.ts';
import type { Engine, EngineOptions } from './engine-options.ts';
import { findByShortId } from './find-by-short-id.ts';
import { shortIdOf } from './identity/device-id.ts';
import { ContentIndex } from './jobs/content-index.ts';
import { EventHub } from './jobs/event-hub.ts';
import { JobBook } from './jobs/job-book.ts';
import type { JobParts } from './jobs/job-parts.ts';
import { pruneLists } from './jobs/kept-lists.ts';
import { noteLeftoverParts } from './jobs/leftover-parts.ts';
import { Measures } from './jobs/measures.ts';
import { NetworkGate } from './jobs/network-gate.ts';
import { Offers } from './jobs/offers.ts';
import { Orders } from './jobs/orders.ts';
import { PageSending } from './jobs/page-sending.ts';
import { PeerBook } from './jobs/peer-book.ts';
import { ReceivingJobs } from './jobs/receiving.ts';
import { SendingJobs } from './jobs/sending.ts';
import { takeUpJobs } from './jobs/take-up.ts';
import { Ways } from './jobs/ways.ts';
import { DEFAULT_PORT, formatAddress } from './link/address.ts';
import { canHandOff } from './link/duplicate-descriptor.ts';
import { Invites } from './link/invites.ts';
import { Links } from './link/links.ts';
import { type PairedPeer, Pairings } from './link/pairings.ts';
import { LiveSettings } from './live-settings.ts';
import { NetworkPaths } from './network/path-to.ts';
import { openDevice } from './open-device.ts';
import { ownAddresses } from './own-addresses.ts';
import { Places } from './places.ts';
import { addressOf, routeLinks } from './route-links.ts';
import { settleJobs } from './settle-jobs.ts';
import { Sharing } from './shares/sharing.ts';
import { cautionTo, toPairedPeer, withPath } from './shown-peer.ts';
import { acquireEngineLock } from './state/engine-lock.ts';
import { defaultInbox, openHome } from './state/home.ts';
import type { PeerRecord } from './state/records.ts';
import { openSettings } from './state/settings.ts';
import { createStateClient } from './state/state-client.ts';
import { WorkerPool, workerCount } from './transfer/worker-pool.ts';

/**
 * The composition root: builds every part in order and wires them; `stop` ends them in reverse.
 * @throws Failure `home-in-use`, `port-taken`, `state-unusable`, `key-unusable`, `usage`.
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  await using stack = new AsyncDisposableStack();
  const { log } = options;
  const stopping = new AbortController();
  const listening = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<Failure | null>();

  // State: the lock first, then the database that only its holder may repair.
  const home = await openHome(options.home);
  const lock = await acquireEngineLock(home);
  if (lock === null) throw new Failure('home-in-use', { subject: home.path });
  stack.defer(() => lock.release());
  // Workers load their code while the database opens.
  const pool = new WorkerPool({
    workers: workerCount(availableParallelism()),
    lists: home.lists,
    log,
    onReport: (report) => {
      if (report.kind === 'serve-streams') sending.streamsChanged(report.job, report.streams);
      else if (report.kind === 'serve-page') sending.pageChanged(report.job, report.isThere);
      else if (report.kind === 'serve-failed') log('info', 'serve-failed', { failure: report.failure });
      else if (!offers.report(report) && !measures.report(report)) receiving.report(report);
    },
    onIndex: (request, answer) => index.handle(request, answer),
    onDead: (jobs, isReplaced) => {
      // One that dies before the engine is composed has no jobs, and nobody to tell.
      if (jobs.length === 0) return;
      sending.lost(jobs, isReplaced);
      receiving.lost(jobs, isReplaced);
      measures.lost(jobs);
    },
  });
  stack.defer(() => pool.stop());
  const state = createStateClient({ home, log, repair: true });
  stack.defer(() => state.stop());
  const index = new ContentIndex({
    ...{ state, log, peers: () => peers, shares: () => sharing.book },
    inbox: () => settings.view().inbox,
  });
  await state.start();
  void state.closed.then((failure) => closed.resolve(failure));
  const startedMs = Date.now();
  const [{ epoch }, interrupted] = await Promise.all([
    state.meta.beginEpoch(startedMs),
    state.jobs.markInterrupted(startedMs),
    state.grants.expire(startedMs),
    state.history.prune(startedMs),
    state.receipts.prune(),
  ]);
  await noteLeftoverParts(state, interrupted, log);
  let { record: device, identity } = await openDevice(state, options.name);
  const ownId = device.id;

  let port = 0;
  const settings = new LiveSettings({
    store: await openSettings(home, log),
    flags: options,
    defaults: {
      visibility: device.visibility,
      inbox: defaultInbox(process.env),
      port: DEFAULT_PORT,
    },
    listeningPort: () => port,
    rebind: async (wanted) => {
      port = await links.rebind(wanted, options.listen);
    },
    onChange: settingsChanged,
  });
  pool.pace.set(settings.view().gentleBytesPerSecond);
  if (!settings.view().history) await state.history.forgetEnded(startedMs);
  void pruneLists(state, pool.lists, log);

  // Events, peers, jobs.
  const hub = new EventHub();
  const table = new PeerTable({
    clock: systemClock,
    ownId,
    shortIdOf,
    probe: (address, signal) => links.probe(address, signal),
    connect: async (id, addresses, signal) => void (await links.open(id, addresses, signal)),
    remember: (id, addresses) => void peers.remember(id, addresses).catch(noteStateFailure),
  });
  stack.defer(() => table.stop());
  const paths = new NetworkPaths();
  const shown = (peer: PeerView): PeerView => withPath(peer, links, paths);
  table.subscribe(
    (change) => hub.emit(change.kind === 'peer-removed' ? change : { ...change, peer: shown(change.peer) }),
    stopping.signal,
  );
  const peers = new PeerBook(state, (list) => table.setPaired(list.map(toPairedPeer)));
  const book = new JobBook(state, log, (job) => {
    hub.emit({ kind: 'job-changed', job });
    if (ENDED_STATES.has(job.state)) void status.lookAtSpace();
    else gate.seen(job);
  });

  const discovery = new BonjourDiscovery({ log });
  const status = new DeviceStatus({
    inbox: () => settings.view().inbox,
    isWatched: () => hub.isHeard,
    isDeaf: () => options.announce && discovery.isDeaf,
    addresses: () => ownAddresses(options.listen, port),
    onChange: deviceChanged,
  });

  // The wire.
  const pairingViews = new Map<PairingId, PairingView>();
  const links = new Links({
    identity,
    describe: () => ({ name: device.name, kind: device.kind, features: [] }),
    epoch,
    isPaired: (id) => peers.has(id),
    admittedJobs: (id) => [...sending.jobsOf(id), ...receiving.jobsOf(id)],
    onDataSocket: ({ fd, initialBytes, serverName, release }) =>
      pool.handOff({ fd, initialBytes }, serverName, release),
    log,
  });
  const storePeer = async (peer: PairedPeer) => {
    const link = links.get(peer.id);
    const addresses = link?.isDialled === true ? [addressOf(link)] : [];
    await peers.add({ ...peer, kind: link?.peerHello.device ?? 'desktop', addresses });
    if (link !== null) table.linkUp(peer.id, addresses[0] ?? null);
  };
  const pairings: Pairings = new Pairings({
    ownId,
    storePeer,
    log,
    onWindow: deviceChanged,
    isVisible: () => settings.view().visibility === 'everyone',
    onChange: (pairing) => {
      if (pairing.state === 'done' || pairing.state === 'failed') pairingViews.delete(pairing.pairing);
      else pairingViews.set(pairing.pairing, pairing);
      hub.emit({ kind: 'pairing-changed', pairing });
    },
  });
  const invites = new Invites({
    ownId,
    openByAddress: (address, signal, expected) => links.openByAddress(address, signal, expected),
    storePeer,
    onRedeemed: (link, codeId) => void sending.redeemed(link, codeId).catch(noteStateFailure),
  });
  pool.start(identity);
  if (!canHandOff()) pool.listen(options.listen);

  // Jobs.
  const interfaceTo = (host: string) => paths.pathTo(formatAddress({ host, port: 0 }))?.interface ?? null;
  const ways = new Ways({ state, interfaceTo, log });
  const addressesOf: JobParts['addressesOf'] = (id) =>
    table.list().find((peer) => peer.id === id)?.addresses ?? [];
  const gate = new NetworkGate({
    ...{ ownId, book, log, cautionTo: (id) => cautionTo(links.get(id), addressesOf(id), paths) },
    pause: async (job, isPaused) =>
      (await sending.pause(job, isPaused)) || (await receiving.pause(job, isPaused)),
    offer: (job) => sending.offerHeld(job),
  });
  stack.defer(() => gate.stop());
  const parts: JobParts = {
    ownId,
    epoch,
    state,
    links,
    invites,
    pool,
    book,
    peers,
    gate,
    ways,
    addressesOf,
    settings: () => settings.view(),
    emit: (event) => hub.emit(event),
    log,
    listening: listening.promise,
    signal: stopping.signal,
  };
  const sending = new SendingJobs(parts);
  const pages = new PageSending(parts, sending);
  const receiving = new ReceivingJobs(parts);
  const measures = new Measures(parts);
  stack.defer(() => measures.close());
  const offers = new Offers(
    parts,
    receiving,
    () => settings.view().accept,
    () => settings.view().inbox,
  );
  const sharing = new Sharing({ state, pool, log, isMine: (id) => peers.get(id)?.trust === 'mine' });
  stack.defer(() => sharing.stop());
  sharing.book.onChange(() => hub.emit({ kind: 'shares-changed' }));
  await Promise.all([peers.load(), ways.load(), sharing.load(options.shares)]);
  const places = new Places({ inbox: () => deviceView().inbox, web: options.webRoot ?? null });
  const ownAddressList = () => deviceView().addresses;
  const orders = new Orders(
    { ...parts, sharing, places, ownAddresses: ownAddressList },
    { sending, receiving },
  );
  const restoreOrder: Orders['restore'] = (record, isResting) => orders.restore(record, isResting);
  await takeUpJobs(parts, { sending, receiving, restoreOrder }, options.takesUpJobs ?? false);

  routeLinks({
    ...{ links, pairings, invites, sharing, sending, receiving, orders, offers, measures, peers, table },
    book,
    onFailure: noteStateFailure,
  });
  stack.defer(() => links.stop());
  port = await links.start(settings.wantedPort(), options.listen);
  listening.resolve();

  // Others find us last, when everything answers.
  status.start();
  stack.defer(() => status.stop());
  discovery.sightings((change) => table.observe(change), stopping.signal);
  stack.defer(() => discovery.stop());
  const announce = () => {
    const { name, kind } = device;
    const { visibility } = settings.view();
    discovery.announce({ shortId: shortIdOf(ownId), name, kind, port, visibility });
  };
  if (options.announce) {
    announce();
    await discovery.start(stopping.signal);
  }

  function noteStateFailure(error: unknown): void {
    log('error', 'state-failure', { failure: toFailure(error).toData() });
  }

  function deviceView(): DeviceView {
    const { id, name, kind } = device;
    const { visibility, inbox } = settings.view();
    return {
      id,
      name,
      kind,
      visibility,
      addresses: ownAddresses(options.listen, port),
      port,
      inbox,
      inboxFreeBytes: status.inboxFreeBytes,
      network: status.network,
      pairWindowEndsMs: pairings.windowEndsMs,
      knock: pairings.knock,
    };
  }

  function deviceChanged(): void {
    hub.emit({ kind: 'device-changed', device: deviceView() });
  }

  function settingsChanged(now: SettingsView, before: SettingsView): void {
    hub.emit({ kind: 'settings-changed', settings: now });
    pool.pace.set(now.gentleBytesPerSecond);
    const isSeenElsewhere = now.visibility !== before.visibility || now.port !== before.port;
    if (isSeenElsewhere && options.announce) announce();
    if (now.inbox !== before.inbox) void status.lookAtSpace();
    if (isSeenElsewhere || now.inbox !== before.inbox) deviceChanged();
  }

  async function keepBlocked({ id }: PeerRecord): Promise<void> {
    const shortId = table.endAlarm(id);
    if (shortId !== null) await peers.block(id, shortId);
  }

  async function rename(name: string): Promise<DeviceView> {
    device = await state.device.rename(cleanDeviceName(name));
    if (options.announce) announce();
    deviceChanged();
    return deviceView();
  }

  const calls: CallHandlers = createCalls({
    ...parts,
    sending,
    pages,
    receiving,
    offers,
    pairings,
    sharing,
    orders,
    networkTests: measures.tests,
    device: deviceView,
    places,
    lookAtDevice: () => status.fresh(),
    updateSettings: (change) => settings.update(change),
    rename,
    listPeers: () => table.list().map(shown),
    addPeer: async (address, signal) => shown(await addPeer({ links, table }, address, signal)),
    keepBlocked,
    findByShortId: (shortId, signal) => findByShortId(table, shortId, signal),
  });

  async function call<Name extends CallName>(
    name: Name,
    input: CallInput<Name>,
    signal: AbortSignal,
  ): Promise<CallOutput<Name>> {
    if (stopping.signal.aborted) throw new Failure('interrupted', { reason: 'engine is stopping' });
    try {
      return await calls[name](input, signal);
    } catch (error) {
      throw toFailure(error);
    }
  }

  async function snapshot(): Promise<Snapshot> {
    const [jobs] = await Promise.all([book.list(), status.fresh()]);
    return {
      device: deviceView(),
      settings: settings.view(),
      peers: table.list().map(shown),
      offers: offers.list(),
      jobs,
      pairings: [...pairingViews.values()],
      networkTests: measures.tests.list(),
      number: hub.number,
    };
  }

  const resources = stack.move();
  let stopped: Promise<void> | null = null;

  async function end(): Promise<void> {
    offers.stop();
    pairings.stop();
    await pool.stop();
    await settleJobs(receiving, book);
    stopping.abort();
    await resources.disposeAsync();
    closed.resolve(null);
  }

  return {
    call,
    snapshot,
    subscribe: (listener, signal) => hub.subscribe(listener, signal),
    closed: closed.promise,
    attachPage: (ticket) => pages.attach(ticket),
    stop: () => (stopped ??= end()),
  };
}
