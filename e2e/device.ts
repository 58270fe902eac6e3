import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { removeTree } from '../tools/trees/remove-tree.ts';
import { missingNeeds } from './needs.ts';
import { createLoneNamespace, type Namespace, type NamespaceNetwork } from './network-namespaces.ts';
import { pairDevices } from './pair-devices.ts';
import { Program, type ProgramOptions } from './program.ts';

const FERRY = fileURLToPath(new URL('../bin/ferry', import.meta.url));
/** A machine on which much else runs takes long to load the program. */
const START_MS = 60_000;

/** One line of `--json` output. */
export type Line = Readonly<Record<string, unknown>>;

/** How one command ended. */
export interface Run {
  readonly code: number | null;
  readonly lines: readonly Line[];
  /** The `result` line, else null. */
  readonly result: Line | null;
  /** Code of the `error` line, else null. */
  readonly error: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions extends ProgramOptions {
  /** For FERRY_CODE. */
  readonly code?: string;
  /** Command and arguments that Ferry is run by, such as `setpriv`. */
  readonly by?: readonly string[];
}

/** The machine a device is on, and its address there. */
interface Place {
  /** Null is this machine itself. */
  readonly host: Namespace | null;
  readonly ipv4: string;
}

const LOOPBACK = '127.0.0.1';

/** One device: a home and an inbox of its own, and the command line `bin/ferry`, nothing of its code. */
export class Device {
  readonly name: string;
  readonly home: string;
  readonly inbox: string;
  readonly #place: Place;
  readonly #defaults: CommandOptions;
  readonly #programs: Program[] = [];
  #served: { readonly program: Program; readonly ready: Line } | null = null;

  constructor(name: string, inbox: string, place: Place, home: string, defaults: CommandOptions) {
    this.#defaults = defaults;
    this.name = name;
    this.home = home;
    this.inbox = inbox;
    this.#place = place;
  }

  /** Starts a command; it is ended with the world at the latest. */
  start(args: readonly string[], given: CommandOptions = {}): Program {
    const { code, by = [], env, ...options } = { ...this.#defaults, ...given };
    const ownEnv = {
      FERRY_HOME: this.home,
      ...(code === undefined ? {} : { FERRY_CODE: code }),
      ...env,
    };
    const [command = FERRY, ...rest] = [...by, FERRY, ...args];
    const program =
      this.#place.host === null
        ? new Program(command, rest, { env: ownEnv, ...options })
        : this.#place.host.start(command, rest, { env: ownEnv, ...options });
    this.#programs.push(program);
    return program;
  }

  /** Runs a command with `--json` to its end. */
  async run(args: readonly string[], options?: CommandOptions): Promise<Run> {
    return await toRun(this.start([...args, '--json'], options));
  }

  /** Runs `ferry serve` on a free port with this device's name and inbox; resolves with its `ready` line. */
  async serve(flags: readonly string[] = [], options?: CommandOptions): Promise<Line> {
    const args = ['serve', '--json', '--port', '0', '--name', this.name, '--inbox', this.inbox, ...flags];
    const program = this.start(args, options);
    const ready = await program.waitFor({ kind: 'ready' }, START_MS);
    this.#served = { program, ready };
    return ready;
  }

  /** The `ferry serve` that runs or ran last. Throws before the first. */
  get served(): Program {
    if (this.#served === null) throw new Error(`${this.name} does not serve`);
    return this.#served.program;
  }

  /** Its `ready` line. */
  get ready(): Line {
    if (this.#served === null) throw new Error(`${this.name} does not serve`);
    return this.#served.ready;
  }

  get port(): number {
    return Number(this.ready['port']);
  }

  get id(): string {
    return String((this.ready['device'] as Line)['id']);
  }

  /** Where others reach it. */
  get address(): string {
    return `${this.#place.ipv4}:${this.port}`;
  }

  get isServing(): boolean {
    return this.#served?.program.isRunning ?? false;
  }

  /** Pairs with a device that serves, by an invite; each knows the other by its own name. */
  async pairWith(other: Device): Promise<void> {
    await pairDevices(this, other);
  }

  /** Starts a tracer of the process that serves; it ends with the device. */
  startBeside(command: string, args: readonly string[]): void {
    this.#programs.push(new Program(command, [...args, '-p', String(this.served.pid)]));
  }

  /** Ends everything it runs. */
  async close(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.stop('SIGKILL')));
  }
}

/** Waits for the end of a command that was started with `--json`. */
export async function toRun(program: Program): Promise<Run> {
  const { code } = await program.ended;
  const lines = program.objects;
  return {
    code,
    lines,
    result: lines.findLast((line) => line['kind'] === 'result') ?? null,
    error: lines.find((line) => line['kind'] === 'error')?.['code'] ?? null,
    stdout: program.stdout,
    stderr: program.stderr,
  };
}

/**
 * Devices and their files, in one folder that goes away with them. They are on one machine with a network
 * stack of its own where that is possible, so that worlds do not hear each other. Hold it with `await using`.
 */
export class World {
  readonly folder: string;
  readonly #network: NamespaceNetwork | null;
  readonly #devices: Device[] = [];

  constructor(folder: string, network: NamespaceNetwork | null) {
    this.folder = folder;
    this.#network = network;
  }

  /**
   * Makes an empty world in a new temporary folder.
   * @param shares its devices share this machine's own network and mounts.
   */
  static async create({ shares = false }: { readonly shares?: boolean } = {}): Promise<World> {
    const mayIsolate = !shares && missingNeeds(['network-namespaces']).length === 0;
    const network = mayIsolate ? await createLoneNamespace() : null;
    return new World(await mkdtemp(join(tmpdir(), 'ferry-e2e-')), network);
  }

  /** A device without a home yet; without `host` it shares a machine with the others of this world. */
  async device(
    name: string,
    { host, home, ...defaults }: CommandOptions & { host?: Namespace; home?: string } = {},
    inbox = this.path(name, 'inbox'),
  ): Promise<Device> {
    const folder = this.path(name);
    await mkdir(folder, { recursive: true });
    await mkdir(inbox, { recursive: true });
    const place: Place =
      host === undefined
        ? { host: this.#network?.host(0) ?? null, ipv4: LOOPBACK }
        : { host, ipv4: host.ipv4 };
    const device = new Device(name, inbox, place, home ?? join(folder, 'home'), defaults);
    this.#devices.push(device);
    return device;
  }

  /** A device that serves; by default nothing is taken. */
  async serving(
    name: string,
    flags: readonly string[] = [],
    { host, ...options }: CommandOptions & { readonly host?: Namespace } = {},
  ): Promise<Device> {
    const device = await this.device(name, host === undefined ? {} : { host });
    await device.serve(flags, options);
    return device;
  }

  /** Two paired devices: anna, who runs commands only, and bob, who serves and takes what comes. */
  async pair(
    flags: readonly string[] = ['--accept', 'paired'],
  ): Promise<readonly [anna: Device, bob: Device]> {
    const [anna, bob] = [await this.device('anna'), await this.serving('bob', flags)];
    await anna.pairWith(bob);
    return [anna, bob];
  }

  /** The same, and anna serves too: her commands attach to that, which takes them a fraction of the time. */
  async servingPair(flags: readonly string[] = ['--accept', 'paired']): Promise<readonly [Device, Device]> {
    const [anna, bob] = await Promise.all([this.serving('anna'), this.serving('bob', flags)]);
    await anna.pairWith(bob);
    return [anna, bob];
  }

  /** The machine that its devices share; null is this machine itself. */
  get host(): Namespace | null {
    return this.#network?.host(0) ?? null;
  }

  /** Starts a TypeScript program where the devices are; the caller stops it. */
  startNode(file: string, args: readonly string[]): Program {
    return this.host?.startNode(file, args) ?? new Program(process.execPath, [file, ...args]);
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#devices.map((device) => device.close()));
    await this.#network?.close();
    removeTree(this.folder);
  }
}
