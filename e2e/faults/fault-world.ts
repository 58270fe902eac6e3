import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type CopyOptions, DEFAULT_COPY_OPTIONS } from '../../src/shared/copy-options.ts';
import type { JobView } from '../../src/shared/job.ts';
import { compareTrees } from '../../tools/compare-trees.ts';
import { createBigFile } from '../../tools/trees/big-file.ts';
import { removeTree } from '../../tools/trees/remove-tree.ts';
import { createSmallFiles } from '../../tools/trees/small-files.ts';
import { type CommandOptions, type Device, type Run, toRun, World } from '../device.ts';
import { EngineSide } from '../engine-side.ts';
import { eventually } from '../eventually.ts';
import { createNamespaces, type Namespace, type NamespaceNetwork } from '../network-namespaces.ts';
import type { Program } from '../program.ts';
import type { FaultMode } from './fault-row.ts';
import {
  checkRun,
  checkRunning,
  fingerprintOf,
  type Holdings,
  holdingsOf,
  partsBelow,
  violated,
} from './invariants.ts';
import { lastLines } from './last-lines.ts';

export interface FaultWorldOptions {
  /** On this machine's own network and mounts. */
  readonly alone?: boolean;
  /** Two machines with a cable between them instead of one. */
  readonly cable?: boolean;
  /** For bob, who receives. */
  readonly bob?: CommandOptions & { readonly home?: string; readonly inbox?: string };
  /** For anna, who sends. */
  readonly anna?: CommandOptions & { readonly home?: string };
}

export interface TreeShape {
  readonly files?: number;
  readonly bigBytes?: number;
}

/** Descriptors that may come and go: idle keep-alive sockets, a log that was rotated. */
const DESCRIPTOR_SLACK = 16;
const RESIDENT_SLACK_BYTES = 500e6;
const SETTLE_MS = 60_000;
const LONG_MS = 300_000;
const ACCEPT = ['--accept', 'paired'];

/**
 * Anna sends, bob receives; both serve in processes of their own. Around bob's inbox, and in it, lie things that
 * are nobody's business. Knows what must be true of it in the end.
 */
export class FaultWorld {
  readonly world: World;
  readonly network: NamespaceNetwork | null;
  readonly anna: Device;
  readonly bob: Device;
  readonly #canaries = new Map<string, string>();
  readonly #sources = new Map<string, string>();
  /** Place -> source that must be there, whole, in the end. */
  readonly #expected = new Map<string, string>();
  #baseline: ReadonlyMap<Device, Holdings> = new Map();

  private constructor(world: World, network: NamespaceNetwork | null, pair: readonly [Device, Device]) {
    this.world = world;
    this.network = network;
    [this.anna, this.bob] = pair;
  }

  static async create(options: FaultWorldOptions): Promise<FaultWorld> {
    const world = await World.create({ shares: options.alone ?? false });
    const network = options.cable === true ? await createNamespaces() : null;
    const on = (index: number) => (network === null ? {} : { host: network.host(index) });
    const { inbox, ...bobOptions } = options.bob ?? {};
    const anna = await world.device('anna', { ...on(0), ...options.anna });
    const bob = await world.device('bob', { ...on(1), ...bobOptions }, inbox);
    const made = new FaultWorld(world, network, [anna, bob]);
    made.#plant(world.path('bob', 'canary'));
    if (existsSync(bob.inbox)) made.#plant(join(bob.inbox, 'own files'));
    await Promise.all([anna.serve(), bob.serve(ACCEPT)]);
    await anna.pairWith(bob);
    made.#baseline = new Map([anna, bob].map((device) => [device, holdingsOf(device.served.pid)]));
    return made;
  }

  /** Something that no copy may touch. */
  #plant(path: string): void {
    mkdirSync(join(path, 'folder'), { recursive: true });
    writeFileSync(join(path, 'folder', 'file'), 'nobody but its owner changes this');
    this.#canaries.set(path, fingerprintOf(path));
  }

  /** One of two machines that are joined by a cable. */
  host(index: number): Namespace {
    if (this.network === null) throw new Error('there is no cable');
    return this.network.host(index);
  }

  path(...parts: readonly string[]): string {
    return this.world.path(...parts);
  }

  /** A tree of anna's. */
  tree(name: string, { files = 40, bigBytes = 0 }: TreeShape = {}): string {
    const path = this.path('source', name);
    createSmallFiles(join(path, 'small'), { files, seed: name });
    if (bigBytes > 0) createBigFile(join(path, 'big.bin'), bigBytes, name);
    this.watch(path);
    return path;
  }

  /** From now on nothing may change below `path`. */
  watch(path: string): void {
    this.#sources.set(path, fingerprintOf(path));
  }

  unwatch(path: string): void {
    this.#sources.delete(path);
  }

  /** In the end `source` must be at bob's, under its own name. */
  expect(source: string): void {
    this.#expected.set(join(this.bob.inbox, basename(source)), source);
  }

  /** Takes back what was expected, when the copy is removed to make room. */
  forget(source: string): void {
    this.#expected.delete(join(this.bob.inbox, basename(source)));
  }

  /** Orders a copy from anna to bob and returns at once. */
  async order(source: string, options: Partial<CopyOptions> = {}): Promise<string> {
    using anna = await EngineSide.open(this.anna);
    const order = { paths: [source], to: ['bob'], options: { ...DEFAULT_COPY_OPTIONS, ...options } };
    const [job] = await anna.call('jobs.send', order);
    if (job === undefined) throw new Error('no job');
    this.expect(source);
    return job.job;
  }

  /** Waits for the end of a job, however often either side is started again meanwhile. */
  async ended(job: string, at: Device = this.anna): Promise<JobView> {
    return await this.until(job, 'has ended', (view) => view.result !== null, at);
  }

  /** Whether a job is over by now. */
  async hasEnded(job: string): Promise<boolean> {
    using side = await EngineSide.open(this.anna);
    return (await side.job(job)).result !== null;
  }

  async until(
    job: string,
    what: string,
    holds: (view: JobView) => boolean,
    at: Device = this.anna,
  ): Promise<JobView> {
    let last = 'nothing was seen of it';
    const ask = async () => {
      for (const device of [this.anna, this.bob]) checkRunning(device);
      try {
        using side = await EngineSide.open(at);
        const view = await side.job(job);
        last = JSON.stringify([view.state, view.waitingFor, view.waitingDetail, view.progress]);
        return holds(view) && view;
      } catch (error) {
        last = String(error);
        return null;
      }
    };
    return await eventually(`${at.name}: job ${what}`, ask, LONG_MS).catch((error: unknown) => {
      throw new Error(`${error instanceof Error ? error.message : String(error)}; last: ${last}`);
    });
  }

  /** A whole copy; must end with `done`. */
  async copied(source: string, options: Partial<CopyOptions> = {}): Promise<JobView> {
    const view = await this.ended(await this.order(source, options));
    if (view.state !== 'done') throw new Error(`not done but ${view.state}: ${JSON.stringify(view.result)}`);
    return view;
  }

  /** A copy by the command line, which is judged like every command. */
  async send(source: string, ...flags: readonly string[]): Promise<Run> {
    const run = await this.anna.run(['send', source, '--to', 'bob', '--patience', '120', ...flags]);
    checkRun(run);
    return run;
  }

  start(source: string, ...flags: readonly string[]): Program {
    this.expect(source);
    return this.anna.start(['send', source, '--to', 'bob', '--patience', '300', '--json', ...flags]);
  }

  async finished(program: Program): Promise<Run> {
    const run = await toRun(program);
    checkRun(run);
    return run;
  }

  /** Ends a device as the system does when memory runs out, and starts it again. */
  async kill(device: Device): Promise<void> {
    await device.served.stop('SIGKILL');
    await this.serve(device);
  }

  async serve(device: Device): Promise<void> {
    await device.serve(device === this.bob ? ACCEPT : []);
    this.#baseline = new Map(this.#baseline).set(device, holdingsOf(device.served.pid));
  }

  /**
   * In the reduced set, which others beside it have to make room for, no commands are run for it.
   * @throws Error that names the invariant that does not hold.
   */
  async check(mode: FaultMode = 'full'): Promise<void> {
    for (const [path, before] of this.#canaries) {
      if (fingerprintOf(path) !== before) throw violated('I1', `${path} was touched`);
    }
    await this.checkArrived();
    await this.#checkLitter();
    await (mode === 'full' ? this.#checkAgain() : this.#checkAgainByCall());
    for (const [path, before] of this.#sources) {
      if (fingerprintOf(path) !== before) throw violated('I7', `${path} was touched`);
    }
    await this.#checkHoldings();
    if (mode === 'reduced') return;
    for (const device of [this.anna, this.bob]) {
      for (const args of [['jobs'], ['status', 'f']]) checkRun(await toRun(device.start(args)));
    }
  }

  /** I2 for all that is expected so far. */
  async checkArrived(): Promise<void> {
    for (const [place, source] of this.#expected) await this.#compare(source, place);
  }

  /** I2 for one name in bob's inbox. */
  async checkPlace(name: string, source = this.path('source', name)): Promise<void> {
    await this.#compare(source, join(this.bob.inbox, name));
  }

  async #compare(source: string, place: string): Promise<void> {
    const all = (await compareTrees(source, place)).differences;
    // A folder that somebody works in has another time than when it was listed.
    const differences = this.#sources.has(source) ? all : all.filter((line) => !line.startsWith('.d..t'));
    if (differences.length > 0) throw violated('I2', `${place}: ${differences.slice(0, 5).join('; ')}`);
  }

  /** Removes copies that were kept beside the one that is expected. */
  clearBeside(source: string): void {
    const name = basename(source);
    for (const other of this.arrived()) if (other !== name) removeTree(join(this.bob.inbox, other));
  }

  async #checkLitter(): Promise<void> {
    if (!existsSync(this.bob.inbox)) return;
    using bob = await EngineSide.open(this.bob);
    const listed = (await bob.call('jobs.list', {})).flatMap(({ parts }) => parts);
    const isListed = (path: string): boolean =>
      listed.includes(path) || (dirname(path) !== this.bob.inbox && isListed(dirname(path)));
    const litter = partsBelow(this.bob.inbox).filter((path) => !isListed(path));
    if (litter.length > 0) throw violated('I4', litter.join(', '));
  }

  /** I5: what is there counts, and nothing moves a second time. */
  async #checkAgain(): Promise<void> {
    for (const [place, source] of this.#expected) {
      const run = await this.send(source);
      const isSame = run.code === 0 && run.result?.['unchanged'] === run.result?.['files'];
      if (!isSame) throw violated('I5', `${source} to ${place} again: ${run.stdout.slice(-600)}`);
    }
  }

  /** The same as the app asks for it. */
  async #checkAgainByCall(): Promise<void> {
    for (const [place, source] of [...this.#expected]) {
      const { state, result } = await this.ended(await this.order(source));
      const isSame = state === 'done' && result?.unchanged === result?.files;
      if (!isSame) throw violated('I5', `${source} to ${place} again: ${state} ${JSON.stringify(result)}`);
    }
  }

  async #checkHoldings(): Promise<void> {
    for (const [device, before] of this.#baseline) {
      const isBack = () => {
        const now = holdingsOf(device.served.pid);
        return (
          now.descriptors <= before.descriptors + DESCRIPTOR_SLACK &&
          now.residentBytes <= before.residentBytes + RESIDENT_SLACK_BYTES
        );
      };
      await eventually('holdings', isBack, SETTLE_MS).catch(() => {
        const now = JSON.stringify(holdingsOf(device.served.pid));
        throw violated('I6', `${device.name} holds ${now}, at its start ${JSON.stringify(before)}`);
      });
    }
  }

  /** The last words of both devices, for whoever looks for a cause. */
  lastLogged(): string {
    return [this.anna, this.bob].map((device) => `\n${device.name}: ${lastLines(device)}`).join('');
  }

  /** Names in bob's inbox but his own. */
  arrived(): readonly string[] {
    return readdirSync(this.bob.inbox).filter((name) => name !== 'own files');
  }

  async close(): Promise<void> {
    await this.world[Symbol.asyncDispose]();
    await this.network?.close();
  }
}
