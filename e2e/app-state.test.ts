import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { attach } from '../src/daemon/index.ts';
import { DEFAULT_COPY_OPTIONS } from '../src/shared/copy-options.ts';
import type { CallInput, CallName, CallOutput, EngineApi, EngineEvent } from '../src/shared/engine-api.ts';
import type { JobView } from '../src/shared/job.ts';
import { type Device, World } from './device.ts';
import { eventually } from './eventually.ts';
import { runToEnd } from './program.ts';

/** What the app holds of a device: calls and events through its control socket. */
class App {
  readonly device: Device;
  readonly events: EngineEvent[] = [];
  readonly #api: EngineApi;
  readonly #stop: AbortController;

  private constructor(device: Device, api: EngineApi, stop: AbortController) {
    this.device = device;
    this.#api = api;
    this.#stop = stop;
    api.subscribe(({ event }) => this.events.push(event), stop.signal);
  }

  static async open(device: Device): Promise<App> {
    const stop = new AbortController();
    const engine = {
      port: 0,
      listen: null,
      name: null,
      inbox: null,
      accept: 'none',
      announce: false,
    } as const;
    const env = { ...process.env, FERRY_HOME: device.home };
    const options = { env, verbose: false, answersOffers: true, engine };
    const session = await attach(options, stop.signal);
    if (session === null) throw new Error(`${device.name} does not serve`);
    stop.signal.addEventListener('abort', () => void session.close(AbortSignal.abort()), { once: true });
    return new App(device, session.api, stop);
  }

  call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
    return this.#api.call(name, input, this.#stop.signal);
  }

  snapshot() {
    return this.#api.snapshot(this.#stop.signal);
  }

  async peer(name: string) {
    return (await this.call('peers.list', {})).find((peer) => peer.name === name);
  }

  /** The event of that kind that was told last. */
  last<Kind extends EngineEvent['kind']>(kind: Kind) {
    const found = this.events.findLast((event) => event.kind === kind);
    return found as Extract<EngineEvent, { kind: Kind }> | undefined;
  }

  async send(names: readonly string[], ...to: readonly string[]): Promise<readonly JobView[]> {
    const paths = names.map((name) => join(this.device.home, '..', name));
    return await this.call('jobs.send', { paths, to, options: DEFAULT_COPY_OPTIONS });
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }
}

/** A file to send, beside the device's home. */
async function fileOf(device: Device, name: string, bytes = 10): Promise<void> {
  await writeFile(join(device.home, '..', name), Buffer.alloc(bytes, name));
}

/** Serves with settings only: no port, inbox or anything else is told by flags. */
async function serveBySettings(device: Device, settings: object): Promise<void> {
  await mkdir(device.home, { recursive: true, mode: 0o700 });
  await writeFile(join(device.home, 'settings.json'), JSON.stringify({ version: 1, ...settings }));
  await serveAgain(device);
}

async function serveAgain(device: Device): Promise<void> {
  const program = device.start(['serve', '--json', '--name', device.name]);
  await program.waitFor({ kind: 'ready' });
}

/** Where nobody listens, as good as certainly; worlds have networks of their own where that is possible. */
function somePort(): number {
  return 20_000 + Math.floor(Math.random() * 12_000);
}

describe.concurrent('settings', () => {
  it('hold at once: port, inbox and whom to accept from', async () => {
    await using world = await World.create();
    const bob = await world.device('bob');
    const [first, second] = [somePort(), somePort()];
    await serveBySettings(bob, { port: first, inbox: world.path('first') });
    const anna = await world.serving('anna');
    using app = await App.open(bob);
    using sender = await App.open(anna);
    expect(await app.call('settings.get', {})).toMatchObject({ port: first, inbox: world.path('first') });
    const code = await app.call('invite.create', { trust: 'other' });
    await sender.call('invite.join', { address: `127.0.0.1:${first}`, code: code.code });

    const taken = await app
      .call('settings.update', { change: { port: anna.port, theme: 'dark' } })
      .catch((error: unknown) => error);
    expect(taken).toMatchObject({ code: 'port-taken' });
    expect(await app.call('settings.get', {})).toMatchObject({ port: first, theme: 'system' });

    const inbox = world.path('second');
    const change = { port: second, inbox, accept: 'paired', language: 'de' } as const;
    expect(await app.call('settings.update', { change })).toMatchObject(change);
    expect(app.last('settings-changed')?.settings).toMatchObject(change);
    const device = await eventually('device', () => {
      const seen = app.last('device-changed')?.device;
      return seen?.port === second && seen.inboxFreeBytes !== null ? seen : null;
    });
    expect(device).toMatchObject({ port: second, inbox });
    expect(device.addresses).toContain(`127.0.0.1:${second}`);
    await expect(sender.call('peers.add', { address: `127.0.0.1:${second}` })).resolves.toMatchObject({
      id: device.id,
    });
    await expect(
      world.device('eve').then((eve) => eve.run(['pair', `127.0.0.1:${first}`])),
    ).resolves.toMatchObject({ error: 'unreachable' });
    // The link from before is still there; what is sent over it finds its way to the new port.
    await fileOf(anna, 'letter');
    const [job] = await sender.send(['letter'], 'bob');
    expect(await sender.call('jobs.wait', { job: job?.job ?? '' })).toMatchObject({ state: 'done' });
    expect(await readFile(join(inbox, 'letter'))).toHaveLength(10);
  });

  it('are there after a restart', async () => {
    await using world = await World.create();
    const bob = await world.device('bob');
    await serveBySettings(bob, { port: somePort(), history: false });
    const later = { inbox: world.path('in'), notify: false, contrast: 'more', streams: 3 } as const;
    {
      using app = await App.open(bob);
      await app.call('settings.update', { change: later });
      expect((await app.snapshot()).settings).toMatchObject(later);
      // What a command does with shares, an open window is told.
      expect((await bob.run(['share', 'add', 'box', world.folder])).code).toBe(0);
      await eventually('it is told', () => app.last('shares-changed'));
    }
    await bob.close();
    await serveAgain(bob);
    using app = await App.open(bob);
    expect((await app.snapshot()).settings).toMatchObject({ ...later, history: false });
  });

  it('let a device go out of sight and come back', async () => {
    await using world = await World.create();
    const [bob, anna] = await Promise.all([world.serving('bob'), world.serving('anna')]);
    using app = await App.open(bob);
    await app.call('settings.update', { change: { visibility: 'off' } });
    const carl = await world.serving('carl');
    using looking = await App.open(carl);
    await eventually('anna', async () => (await looking.peer('anna'))?.online);
    expect(await looking.peer('bob')).toBeUndefined();
    expect(anna.id).toBeDefined();
    await app.call('settings.update', { change: { visibility: 'everyone' } });
    await eventually('bob', async () => (await looking.peer('bob'))?.online);
  });
});

describe.concurrent('this device', () => {
  it('shows who knocks at the closed window, once, and when the window ends', async () => {
    await using world = await World.create();
    const [bob, anna] = await Promise.all([world.serving('bob'), world.serving('anna')]);
    using app = await App.open(bob);
    using other = await App.open(anna);
    const knock = () => other.call('pair.start', { target: bob.address }).catch((error: unknown) => error);
    expect(await knock()).toMatchObject({ code: 'pairing-closed' });
    const seen = await eventually('knock', () => app.last('device-changed')?.device.knock);
    expect(seen).toMatchObject({ name: 'anna' });
    expect(anna.id.length).toBe(64);
    await knock();
    expect((await app.call('device.get', {})).knock).toEqual(seen);
    const { expiresMs } = await app.call('pair.open', {});
    expect(app.last('device-changed')?.device).toMatchObject({ knock: null, pairWindowEndsMs: expiresMs });
    expect(await app.call('pair.close', {})).toMatchObject({ pairWindowEndsMs: null });
    expect(await knock()).toMatchObject({ code: 'pairing-closed' });
  });
});

describe.concurrent('peers', () => {
  it('are added by address, renamed, and have a rule', async () => {
    await using world = await World.create();
    const [bob, anna] = await Promise.all([world.serving('bob', ['--accept', 'ask']), world.serving('anna')]);
    using app = await App.open(bob);
    using sender = await App.open(anna);
    const added = await app.call('peers.add', { address: anna.address });
    expect(added).toMatchObject({ id: anna.id, name: 'anna', paired: false, online: true, pairedMs: null });
    const nobody = app.call('peers.add', { address: '127.0.0.1:1' });
    await expect(nobody).rejects.toMatchObject({ code: 'unreachable' });
    await expect(app.call('peers.add', { address: bob.address })).rejects.toMatchObject({ code: 'usage' });

    await bob.pairWith(anna);
    expect(await app.call('peers.rename', { peer: 'anna', name: 'Studio\u202e' })).toMatchObject({
      name: 'Studio',
      announcedName: 'anna',
      pairedMs: expect.any(Number),
    });
    const rule = { into: world.path('from studio'), maxBytes: 1_000 };
    expect(await app.call('peers.setRule', { peer: 'studio', rule })).toMatchObject({ rule });
    expect(app.last('peer-changed')?.peer).toMatchObject({ name: 'Studio', rule });
    await fileOf(anna, 'small');
    await fileOf(anna, 'large', 2_000);
    const [small] = await sender.send(['small'], 'bob');
    expect(await sender.call('jobs.wait', { job: small?.job ?? '' })).toMatchObject({ state: 'done' });
    expect(await readFile(join(rule.into, 'small'))).toHaveLength(10);
    await sender.send(['large'], 'bob');
    await eventually('question', () => app.last('offer-added'));
    expect(await app.call('peers.setRule', { peer: 'Studio', rule: null })).toMatchObject({ rule: null });
    // At other hours than these it is no rule.
    const minute = new Date().getHours() * 60 + new Date().getMinutes();
    const hours = { fromMinute: (minute + 120) % 1_440, toMinute: (minute + 180) % 1_440 };
    const later = { ...rule, hours };
    expect(await app.call('peers.setRule', { peer: 'Studio', rule: later })).toMatchObject({ rule: later });
    await fileOf(anna, 'at another hour');
    await sender.send(['at another hour'], 'bob');
    await eventually('question', () => app.last('offer-added')?.offer.names.includes('at another hour'));
    await app.call('peers.setRule', { peer: 'Studio', rule: null });
    const relative = { into: 'here', maxBytes: null };
    await expect(app.call('peers.setRule', { peer: 'Studio', rule: relative })).rejects.toMatchObject({
      code: 'usage',
    });
  });

  it('raise an alarm when another key has their name, until the real one is back', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.servingPair();
    using app = await App.open(anna);
    await eventually('bob', async () => (await app.peer('bob'))?.announcedName);
    expect((await app.peer('bob'))?.path).toMatchObject({ kind: 'loopback' });
    const paired = (await app.peer('bob'))?.id;
    await bob.served.stop();
    const impostor = await world.device('bob', { home: world.path('another home') });
    await impostor.serve();
    const alarmed = await eventually('alarm', async () => {
      const peer = (await app.call('peers.list', {})).find(({ id }) => id === paired);
      return peer?.keyChanged === true ? peer : null;
    });
    expect(alarmed).toMatchObject({ paired: true, online: false });
    expect(await app.call('peers.keepBlocked', { peer: alarmed.shortId })).toMatchObject({
      paired: true,
      keyChanged: false,
    });
    await bob.serve();
    await eventually('real one', async () => {
      const peer = (await app.call('peers.list', {})).find(({ id }) => id === paired);
      return peer?.online === true && !peer.keyChanged;
    });
    const other = (await app.call('peers.list', {})).find(({ id }) => id === impostor.id);
    expect(other).toMatchObject({ paired: false, trust: 'none' });
  });
});

describe.concurrent('the list of jobs', () => {
  it('groups one order, repeats it, and forgets it', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.servingPair();
    const carl = await world.serving('carl', ['--accept', 'paired']);
    await anna.pairWith(carl);
    using app = await App.open(anna);
    await fileOf(anna, 'letter', 3_000_000);
    const jobs = await app.send(['letter'], 'bob', 'carl');
    expect(jobs.map(({ group }) => group)).toEqual([jobs[0]?.job, jobs[0]?.job]);
    for (const { job } of jobs) {
      expect(await app.call('jobs.wait', { job })).toMatchObject({ state: 'done', group: jobs[0]?.job });
    }
    const [first] = jobs;
    const job = first?.job ?? '';
    expect(await app.call('jobs.problems', { job, offset: 0, limit: 10 })).toEqual({
      problems: [],
      total: 0,
    });
    const speeds = await app.call('jobs.speeds', { job });
    expect(speeds.recent.stepMs).toBe(250);

    const again = await app.call('jobs.again', { job, to: null, only: 'all' });
    expect(again).toMatchObject({ peer: { name: 'bob' }, group: again.job });
    expect(await app.call('jobs.wait', { job: again.job })).toMatchObject({ role: 'source' });
    const other = await app.call('jobs.again', { job, to: 'carl', only: 'all' });
    expect(other).toMatchObject({ peer: { name: 'carl' } });
    await app.call('jobs.wait', { job: other.job });

    expect(await app.call('jobs.forget', { jobs: [job] })).toEqual({ forgotten: [job] });
    expect(app.last('job-removed')).toEqual({ kind: 'job-removed', job });
    await anna.served.stop();
    await anna.serve();
    using later = await App.open(anna);
    const listed = (await later.snapshot()).jobs;
    expect(listed.map((view) => view.job)).not.toContain(job);
    expect(listed.find((view) => view.job === jobs[1]?.job)).toMatchObject({ group: job, state: 'done' });
    await later.call('settings.update', { change: { history: false } });
    expect((await later.snapshot()).jobs).toHaveLength(listed.length);
    await anna.served.stop();
    await anna.serve();
    using last = await App.open(anna);
    expect((await last.snapshot()).jobs).toEqual([]);
    expect(bob.id).toBeDefined();
  });

  it('has problems in pages, also of a job that came here', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.servingPair();
    using app = await App.open(bob);
    using sender = await App.open(anna);
    const folder = join(anna.home, '..', 'many');
    await mkdir(folder);
    await runToEnd(
      'mkfifo',
      [0, 1, 2, 3, 4].map((number) => join(folder, `pipe ${number}`)),
    );
    await writeFile(join(folder, 'plain'), 'x');
    const [job] = await sender.send(['many'], 'bob');
    expect(await sender.call('jobs.wait', { job: job?.job ?? '' })).toMatchObject({ state: 'partial' });
    const page = await app.call('jobs.problems', { job: job?.job ?? '', offset: 3, limit: 9 });
    expect(page).toMatchObject({ total: 5, problems: [{ code: 'special-file' }, { code: 'special-file' }] });
    const came = await app.call('jobs.again', { job: job?.job ?? '', to: null, only: 'failed' });
    expect(came).toMatchObject({ role: 'destination', into: bob.inbox });
    expect(await app.call('jobs.wait', { job: came.job })).toMatchObject({ state: 'partial' });
  });
});
