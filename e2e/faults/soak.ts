import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DEFAULT_COPY_OPTIONS } from '../../src/shared/copy-options.ts';
import { ENDED_STATES } from '../../src/shared/job.ts';
import { compareTrees } from '../../tools/compare-trees.ts';
import { createBigFile } from '../../tools/trees/big-file.ts';
import { removeTree } from '../../tools/trees/remove-tree.ts';
import { createSeeded, type Seeded } from '../../tools/trees/seeded.ts';
import { createSmallFiles } from '../../tools/trees/small-files.ts';
import { type Device, World } from '../device.ts';
import { EngineSide } from '../engine-side.ts';
import { eventually } from '../eventually.ts';
import { pause } from './fault-stage.ts';
import { checkRunning, type Holdings, holdingsOf, partsBelow, violated } from './invariants.ts';
import { lastLines } from './last-lines.ts';

const MIB = 1 << 20;
const LONG_MS = 300_000;
const ACCEPT = ['--accept', 'paired'];
/** Rounds without a restart after which what a device holds is its baseline: caches are filled then. */
const WARM_ROUNDS = 3;
const DESCRIPTOR_SLACK = 16;
const RESIDENT_SLACK_BYTES = 250e6;
/** Of one core, while nothing is to be done: timers that are never stopped show here. */
const IDLE_SHARE = 0.1;
const IDLE_MS = 3_000;
/** The unit of /proc/PID/stat. */
const TICKS_PER_S = 100;

/** What a device was like when it was warm. */
interface Watch {
  rounds: number;
  baseline: Holdings | null;
}

export interface SoakReport {
  readonly rounds: number;
  readonly faults: Readonly<Record<string, number>>;
}

/** Random copies between three devices under random faults, until the time is over. The owner closes it. */
export class Soak {
  readonly #world: World;
  readonly #devices: readonly Device[];
  readonly #random: Seeded;
  readonly #watches = new Map<Device, Watch>();
  readonly #faults: Record<string, number> = {};
  #round = 0;

  private constructor(world: World, devices: readonly Device[], seed: string) {
    this.#world = world;
    this.#devices = devices;
    this.#random = createSeeded(seed);
    for (const device of devices) this.#watches.set(device, { rounds: 0, baseline: null });
  }

  static async create(seed: string): Promise<Soak> {
    const world = await World.create();
    const devices = await Promise.all(['anna', 'bob', 'carl'].map((name) => world.serving(name, ACCEPT)));
    const [anna, bob, carl] = devices as [Device, Device, Device];
    await anna.pairWith(bob);
    await anna.pairWith(carl);
    await bob.pairWith(carl);
    return new Soak(world, devices, seed);
  }

  /** One round; tells what was done. @throws Error that names what does not hold. */
  async round(): Promise<string> {
    this.#round += 1;
    const from = this.#pick(this.#devices);
    const to = this.#pick(this.#devices.filter((device) => device !== from));
    const tree = this.#tree(from);
    const job = await this.#order(from, to, tree);
    const done: string[] = [];
    while (!(await this.#hasEnded(from, job)) && done.length < 6) {
      await pause(this.#random.nextInt(600));
      done.push(await this.#fault(from, to, job));
    }
    const what = `${from.name} to ${to.name}, ${done.join(', ')}`;
    const ended = await eventually(what, () => this.#endedOrDied(from, job), LONG_MS).catch(
      (error: unknown) => String(error),
    );
    if (ended !== 'done') {
      const states = await Promise.all([from, to].map((device) => stateOf(device, job)));
      throw violated('I5', `${what}: ended ${ended}\n${states.join('\n')}`);
    }
    const place = join(to.inbox, basename(tree));
    const { differences } = await compareTrees(tree, place);
    if (differences.length > 0) throw violated('I2', `${place}: ${differences.slice(0, 5).join('; ')}`);
    for (const path of [tree, place]) removeTree(path);
    const litter = partsBelow(to.inbox);
    if (litter.length > 0) throw violated('I4', litter.join(', '));
    await this.#checkGrowth();
    return `${from.name} to ${to.name}: ${done.join(', ') || 'undisturbed'}`;
  }

  get report(): SoakReport {
    return { rounds: this.#round, faults: this.#faults };
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[this.#random.nextInt(items.length)] as Item;
  }

  #tree(from: Device): string {
    const tree = this.#world.path('source', `${from.name} ${this.#round}`);
    createSmallFiles(join(tree, 'small'), {
      files: 50 + this.#random.nextInt(300),
      seed: String(this.#round),
    });
    createBigFile(join(tree, 'big.bin'), 4 * MIB + this.#random.nextInt(60 * MIB), String(this.#round));
    return tree;
  }

  async #order(from: Device, to: Device, tree: string): Promise<string> {
    using side = await EngineSide.open(from);
    const limitBytesPerSecond = this.#random.nextFloat() < 0.7 ? 20 * MIB : null;
    const options = { ...DEFAULT_COPY_OPTIONS, limitBytesPerSecond, verify: this.#random.nextFloat() < 0.2 };
    const [job] = await side.call('jobs.send', { paths: [tree], to: [to.name], options });
    return job?.job ?? '';
  }

  async #ended(from: Device, job: string): Promise<string | null> {
    try {
      using side = await EngineSide.open(from);
      const { state } = await side.job(job);
      return ENDED_STATES.has(state) ? state : null;
    } catch {
      return null;
    }
  }

  async #endedOrDied(from: Device, job: string): Promise<string | null> {
    for (const device of this.#devices) checkRunning(device);
    return await this.#ended(from, job);
  }

  async #hasEnded(from: Device, job: string): Promise<boolean> {
    return (await this.#ended(from, job)) !== null;
  }

  async #fault(from: Device, to: Device, job: string): Promise<string> {
    const faults: Readonly<Record<string, () => Promise<void>>> = {
      'kill receiver': () => this.#restart(to),
      'kill sender': () => this.#restart(from),
      sleep: () => this.#sleep(this.#pick([from, to])),
      'cut all': () => this.#cut(),
      pause: () => this.#pauseAndResume(this.#pick([from, to]), job),
      nothing: () => pause(500),
    };
    const name = this.#pick(Object.keys(faults));
    await faults[name]?.();
    this.#faults[name] = (this.#faults[name] ?? 0) + 1;
    return name;
  }

  async #restart(device: Device): Promise<void> {
    await device.served.stop('SIGKILL');
    await device.serve(ACCEPT);
    this.#watches.set(device, { rounds: 0, baseline: null });
  }

  async #sleep(device: Device): Promise<void> {
    process.kill(device.served.pid, 'SIGSTOP');
    await pause(500 + this.#random.nextInt(2_000));
    process.kill(device.served.pid, 'SIGCONT');
  }

  async #cut(): Promise<void> {
    await this.#world.host?.run('ss', ['-K', '-t', 'state', 'established']);
  }

  async #pauseAndResume(device: Device, job: string): Promise<void> {
    await device.run(['pause', job]);
    await pause(300);
    await device.run(['resume', job]);
  }

  async #checkGrowth(): Promise<void> {
    const ticks = new Map(this.#devices.map((device) => [device, cpuTicks(device.served.pid)]));
    await pause(IDLE_MS);
    for (const device of this.#devices) {
      const watch = this.#watches.get(device);
      if (watch === undefined) continue;
      watch.rounds += 1;
      const now = holdingsOf(device.served.pid);
      if (watch.rounds < WARM_ROUNDS) continue;
      const before = (watch.baseline ??= now);
      if (
        now.descriptors > before.descriptors + DESCRIPTOR_SLACK ||
        now.residentBytes > before.residentBytes + RESIDENT_SLACK_BYTES
      ) {
        throw violated('I6', `${device.name} grew from ${JSON.stringify(before)} to ${JSON.stringify(now)}`);
      }
      const used = cpuTicks(device.served.pid) - (ticks.get(device) ?? 0);
      const share = used / TICKS_PER_S / (IDLE_MS / 1_000);
      if (share > IDLE_SHARE)
        throw violated('I6', `${device.name} is busy with nothing: ${share.toFixed(2)} cores`);
    }
  }

  async close(): Promise<void> {
    await this.#world[Symbol.asyncDispose]();
  }
}

/** What a device says of a job, and its last words, for whoever looks for a cause. */
async function stateOf(device: Device, job: string): Promise<string> {
  const said = await device.run(['status', job]);
  return `${device.name}: ${said.stdout}\n${lastLines(device)}`;
}

/** User and system time of a process so far. */
function cpuTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
