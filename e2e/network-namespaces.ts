import { randomBytes } from 'node:crypto';
import { isAlive, Program, type ProgramOptions, runToEnd } from './program.ts';

export interface NamespaceOptions {
  /** Two are joined by a veth pair, three by a bridge. */
  readonly count?: 2 | 3;
  /** Rate of each host's sending side, as tc takes it: `1mbit`, `1gbit`. */
  readonly rate?: string;
}

/** Prefix of all names made here; the pid tells a later run whose leftovers they are. */
const PREFIX = 'ferry-e2e';
/** Name of the one network interface inside each namespace. */
const LINK = 'lan0';
/** Documentation prefixes (RFC 5737, RFC 3849) can be no real network of the machine. */
const IPV4_PREFIX = '198.51.100';
const IPV6_PREFIX = '2001:db8:fe::';

const SLOW_LINK_BUFFER = ['burst', '64kb', 'latency', '50ms'];

/** One machine of the pretended network: a network stack of its own on this machine's files. */
export class Namespace {
  readonly name: string;
  readonly ipv4: string;
  readonly ipv6: string;
  readonly #programs: Program[] = [];

  constructor(name: string, host: number) {
    this.name = name;
    this.ipv4 = `${IPV4_PREFIX}.${host}`;
    this.ipv6 = `${IPV6_PREFIX}${host}`;
  }

  /** Starts a command inside; it is ended with the network at the latest. */
  start(command: string, args: readonly string[] = [], options?: ProgramOptions): Program {
    const program = new Program('ip', ['netns', 'exec', this.name, command, ...args], options);
    this.#programs.push(program);
    return program;
  }

  /** Starts a TypeScript program inside, by this very Node. */
  startNode(file: string, args: readonly string[] = [], options?: ProgramOptions): Program {
    return this.start(process.execPath, [file, ...args], options);
  }

  /** Runs a command inside to its end; throws unless it exits with 0. */
  async run(command: string, args: readonly string[] = [], options?: ProgramOptions): Promise<string> {
    return await runToEnd('ip', ['netns', 'exec', this.name, command, ...args], options);
  }

  /** Pulls the cable, or plugs it in. */
  async setLink(state: 'up' | 'down'): Promise<void> {
    await this.run('ip', ['link', 'set', LINK, state]);
    if (state === 'up') await this.#route();
  }

  /** Gives the machine another IPv4 address in the same network: `host` is its last number. */
  async renumber(host: number): Promise<string> {
    const address = `${IPV4_PREFIX}.${host}`;
    await this.run('ip', ['-4', 'addr', 'flush', 'dev', LINK]);
    await this.run('ip', ['addr', 'add', `${address}/24`, 'dev', LINK]);
    await this.#route();
    return address;
  }

  /** Limits what it sends, or lifts the limit. */
  async setRate(rate: string | null): Promise<void> {
    if (rate === null) await this.run('tc', ['qdisc', 'del', 'dev', LINK, 'root']);
    else
      await this.run('tc', [
        'qdisc',
        'replace',
        'dev',
        LINK,
        'root',
        'tbf',
        'rate',
        rate,
        ...SLOW_LINK_BUFFER,
      ]);
  }

  /** Called by the network once its link is in place. */
  async configure(): Promise<void> {
    await this.run('ip', ['link', 'set', 'lo', 'up']);
    await this.run('ip', ['addr', 'add', `${this.ipv4}/24`, 'dev', LINK]);
    // Without duplicate detection the address can be used at once.
    await this.run('ip', ['addr', 'add', `${this.ipv6}/64`, 'dev', LINK, 'nodad']);
    await this.setLink('up');
  }

  /** Ends every process inside, those its programs left behind too. */
  async stop(): Promise<void> {
    const pids = await runToEnd('ip', ['netns', 'pids', this.name]);
    for (const pid of pids.split('\n').filter(Boolean)) {
      if (await isAlive(Number(pid))) process.kill(Number(pid), 'SIGKILL');
    }
    await Promise.all(this.#programs.map((program) => program.stop('SIGKILL')));
  }

  /** Multicast needs a route where there is no default route. Link changes take it away. */
  async #route(): Promise<void> {
    await this.run('ip', ['route', 'replace', '224.0.0.0/4', 'dev', LINK]);
  }
}

/**
 * Two or three machines on a network of their own, nothing else on it. Needs root. Make it with
 * {@link createNamespaces} and give it back with `close`, or hold it with `await using`.
 */
export class NamespaceNetwork {
  readonly hosts: readonly Namespace[];
  readonly #names: readonly string[];

  constructor(hosts: readonly Namespace[], names: readonly string[]) {
    this.hosts = hosts;
    this.#names = names;
  }

  /** The machine with this index; throws when there is none. */
  host(index: number): Namespace {
    const host = this.hosts[index];
    if (host === undefined) throw new Error(`the network has ${this.hosts.length} hosts`);
    return host;
  }

  /** Ends all processes inside and removes the namespaces; links and addresses go with them. */
  async close(): Promise<void> {
    await Promise.all(this.hosts.map((host) => host.stop().catch(() => undefined)));
    for (const name of this.#names) await runToEnd('ip', ['netns', 'del', name]).catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Makes the network, after removing what killed test runs left. Throws, and leaves nothing, when it cannot. */
export async function createNamespaces({
  count = 2,
  rate,
}: NamespaceOptions = {}): Promise<NamespaceNetwork> {
  await removeLeftovers();
  const base = `${PREFIX}-${process.pid}-${randomBytes(3).toString('hex')}`;
  const hosts = ['a', 'b', 'c']
    .slice(0, count)
    .map((letter, index) => new Namespace(`${base}-${letter}`, index + 1));
  const hub = count === 2 ? null : `${base}-hub`;
  const names = [...hosts.map((host) => host.name), ...(hub === null ? [] : [hub])];
  const network = new NamespaceNetwork(hosts, names);
  try {
    for (const name of names) await ip('netns', 'add', name);
    if (hub === null) await joinByVeth(network.host(0).name, network.host(1).name);
    else await joinByBridge(hub, hosts);
    for (const host of hosts) await host.configure();
    if (rate !== undefined) for (const host of hosts) await host.setRate(rate);
    return network;
  } catch (error) {
    await network.close();
    throw error;
  }
}

/** One machine without any network but loopback, so that nothing of a test is heard elsewhere. Needs root. */
export async function createLoneNamespace(): Promise<NamespaceNetwork> {
  await removeLeftovers();
  const name = `${PREFIX}-${process.pid}-${randomBytes(3).toString('hex')}-a`;
  const network = new NamespaceNetwork([new Namespace(name, 1)], [name]);
  try {
    await ip('netns', 'add', name);
    await ip('-n', name, 'link', 'set', 'lo', 'up', 'multicast', 'on');
    return network;
  } catch (error) {
    await network.close();
    throw error;
  }
}

async function joinByVeth(one: string, other: string): Promise<void> {
  await ip('link', 'add', LINK, 'netns', one, 'type', 'veth', 'peer', 'name', LINK, 'netns', other);
}

/** The bridge has a namespace of its own, so that this machine's network is never touched. */
async function joinByBridge(hub: string, hosts: readonly Namespace[]): Promise<void> {
  // Snooping would hold back multicast until a querier has been elected.
  await ip('-n', hub, 'link', 'add', 'br0', 'type', 'bridge', 'mcast_snooping', '0');
  await ip('-n', hub, 'link', 'set', 'br0', 'up');
  for (const [index, host] of hosts.entries()) {
    const port = `port${index}`;
    await ip('link', 'add', port, 'netns', hub, 'type', 'veth', 'peer', 'name', LINK, 'netns', host.name);
    await ip('-n', hub, 'link', 'set', port, 'master', 'br0', 'up');
  }
}

async function removeLeftovers(): Promise<void> {
  const listed = await ip('netns', 'list');
  for (const [name, pid] of listed.matchAll(new RegExp(`^${PREFIX}-(\\d+)-[0-9a-z-]+`, 'gm'))) {
    if (!(await isAlive(Number(pid)))) await ip('netns', 'del', name).catch(() => undefined);
  }
}

async function ip(...args: readonly string[]): Promise<string> {
  return await runToEnd('ip', args);
}
