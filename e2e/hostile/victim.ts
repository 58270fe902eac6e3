import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { AcceptMode, Engine } from '../../src/engine/engine-options.ts';
import { openEngine } from '../../src/engine/index.ts';
import { DEFAULT_COPY_OPTIONS } from '../../src/shared/copy-options.ts';
import type { CallInput, CallName, CallOutput } from '../../src/shared/engine-api.ts';
import type { JobId } from '../../src/shared/ids.ts';
import type { JobView } from '../../src/shared/job.ts';
import type { FakeDevice } from './fake-device.ts';
import type { ControlPeer } from './raw-connection.ts';

const JOB_MS = 30_000;
/** What lies in the sandbox is small; only a runaway file is not, and that is found by its name. */
const MAX_CANARY_BYTES = 1_000_000;

interface Logged {
  readonly level: string;
  readonly event: string;
  readonly detail: unknown;
}

/** What is in a folder: relative path to type and content, times left out. */
export async function treeOf(root: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const { mode, ino, size } = await lstat(path);
    const content = entry.isSymbolicLink()
      ? await readlink(path)
      : entry.isFile() && size < MAX_CANARY_BYTES
        ? (await readFile(path)).toString('base64')
        : '';
    found.set(relative(root, path), `${mode} ${ino} ${content}`);
  }
  return found;
}

/**
 * A real engine whose inbox lies in a sandbox of canaries: whatever a hostile peer does, nothing but the
 * inbox may change, and what was in the inbox stays. The owner disposes it.
 */
export class Victim implements AsyncDisposable {
  readonly engine: Engine;
  readonly sandbox: string;
  readonly inbox: string;
  readonly logged: Logged[];
  readonly port: number;
  #canaries = new Map<string, string>();

  private constructor(engine: Engine, sandbox: string, port: number, logged: Logged[]) {
    this.logged = logged;
    this.engine = engine;
    this.sandbox = sandbox;
    this.inbox = join(sandbox, 'inbox');
    this.port = port;
  }

  static async start(accept: AcceptMode = 'paired'): Promise<Victim> {
    const sandbox = await mkdtemp(join(tmpdir(), 'ferry-hostile-'));
    await mkdir(join(sandbox, 'inbox/old'), { recursive: true });
    await mkdir(join(sandbox, 'beside'));
    await writeFile(join(sandbox, 'inbox/old/kept'), 'kept');
    await writeFile(join(sandbox, 'beside/canary'), 'canary');
    await writeFile(join(sandbox, 'canary'), 'canary');
    await symlink(join(sandbox, 'beside'), join(sandbox, 'inbox/old-link'));
    const logged: Logged[] = [];
    const engine = await openEngine({
      home: join(sandbox, 'home'),
      inbox: join(sandbox, 'inbox'),
      port: 0,
      listen: '127.0.0.1',
      name: 'Victim',
      accept,
      announce: false,
      log: (level, event, detail) => void logged.push({ level, event, detail }),
    });
    const { device } = await engine.snapshot(AbortSignal.timeout(JOB_MS));
    const victim = new Victim(engine, sandbox, device.port, logged);
    victim.#canaries = await victim.#look();
    return victim;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
    return this.engine.call(name, input, AbortSignal.timeout(JOB_MS));
  }

  /** Pairs a hostile device with this engine; its control connection stays open. */
  async pair(device: FakeDevice): Promise<ControlPeer> {
    const { code } = await this.call('invite.create', { trust: 'other' });
    return await device.join(this.port, code);
  }

  /** The job once it has ended; a hang is an error. */
  async ended(job: JobId): Promise<JobView> {
    const untilMs = performance.now() + JOB_MS;
    for (;;) {
      const known = (await this.call('jobs.list', {})).some((view) => view.job === job);
      if (known) return await this.call('jobs.wait', { job });
      if (performance.now() > untilMs) throw new Error('the job was never taken');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Waits with a code for one receiver. */
  send(...paths: readonly string[]) {
    return this.call('jobs.sendWithCode', { paths, options: DEFAULT_COPY_OPTIONS });
  }

  receive(address: string, code: string, into = this.inbox) {
    return this.call('jobs.receive', { address, code, into, options: DEFAULT_COPY_OPTIONS });
  }

  async #look(): Promise<Map<string, string>> {
    const all = await treeOf(this.sandbox);
    for (const path of all.keys()) if (path === 'home' || path.startsWith('home/')) all.delete(path);
    return all;
  }

  /**
   * What of the sandbox is not as it was: paths, with parts that a job lists left out. Names in `arrived` are
   * expected in the inbox.
   */
  async changes(arrived: readonly string[] = []): Promise<readonly string[]> {
    const now = await this.#look();
    const jobs = await this.call('jobs.list', {});
    const expected = [
      ...jobs.flatMap(({ parts }) => parts.map((part) => relative(this.sandbox, part))),
      ...arrived.map((name) => `inbox/${name}`),
    ];
    const isExpected = (path: string) =>
      expected.some((known) => path === known || path.startsWith(`${known}/`));
    const changed: string[] = [];
    for (const [path, state] of now) {
      if (this.#canaries.get(path) !== state && !isExpected(path)) changed.push(path);
    }
    for (const path of this.#canaries.keys()) if (!now.has(path)) changed.push(`${path} is gone`);
    return changed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine.stop();
    await rm(this.sandbox, { recursive: true, force: true });
  }
}

/** What the descriptors of this process stand for: sockets and files, without Node's own pipes and timers. */
export async function openDescriptors(): Promise<ReadonlySet<string>> {
  const names = await readdir('/proc/self/fd');
  const targets = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
  return new Set(targets.filter((target) => target.startsWith('socket:') || target.includes('ferry-')));
}

/** Descriptors that are open now and were not in `before`, once there are none or after 30 s; sockets with their ends. */
export async function leakedDescriptors(before: ReadonlySet<string>): Promise<readonly string[]> {
  const untilMs = performance.now() + 30_000;
  for (;;) {
    const leaked = [...(await openDescriptors())].filter((target) => !before.has(target));
    if (leaked.length === 0) return leaked;
    if (performance.now() > untilMs) return await Promise.all(leaked.map(describe));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A socket as the kernel's table has it (local end, other end, state, in hex), so that its owner can be found. */
async function describe(target: string): Promise<string> {
  const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
  const tables = await Promise.all(
    ['tcp', 'tcp6', 'udp', 'unix'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  );
  const row = tables
    .flatMap((table) => table.split('\n'))
    .find((line) => line.split(/\s+/).includes(`${inode}`));
  return row === undefined ? target : `${target} ${row.trim()}`;
}

/** An honest copy after each test would be most of the time of these tests. */
export const HONEST_EVERY = 4;

/** Copies a file from one engine to another with a code, and says how it ended: proof that both still serve. */
export async function copyHonestly(from: Victim, to: Victim): Promise<JobView['state']> {
  const { code } = await from.send(join(from.sandbox, 'beside'));
  const into = join(to.sandbox, 'home', 'honest', code);
  const { job } = await to.receive(from.address, code, into);
  const { state } = await to.ended(job);
  const arrived = await readFile(join(into, 'beside/canary'), 'utf8');
  return arrived === 'canary' ? state : 'failed';
}
