import { fileURLToPath } from 'node:url';
import type { Seeded } from '../../tools/trees/seeded.ts';
import type { Fault } from '../chaos-proxy.ts';
import type { Device } from '../device.ts';
import type { Program } from '../program.ts';
import { runToEnd } from '../program.ts';
import type { FaultWorld } from './fault-world.ts';

const PROGRAM = fileURLToPath(new URL('../programs/chaos.ts', import.meta.url));
const START_MS = 60_000;
/** What comes from here is the proxy itself, on its way on. */
const PROXY_SOURCE = '127.0.0.9';

export interface ChaosWishes {
  readonly faults: readonly Fault[];
  readonly limit: number;
  readonly mostBytes: number;
  readonly stallMs?: number;
  readonly seed: string;
}

/** Every connection between the devices of a world goes through a proxy that harms it. Ends with the world. */
export class ChaosRoute {
  readonly #program: Program;

  private constructor(program: Program) {
    this.#program = program;
  }

  static async start(world: FaultWorld, wishes: ChaosWishes): Promise<ChaosRoute> {
    const { host } = world.world;
    if (host === null) throw new Error('this needs a network namespace');
    const targets = [world.anna, world.bob].map((device: Device) => device.port);
    const order = JSON.stringify({ stallMs: 500, ...wishes, targets });
    const program = host.startNode(PROGRAM, [order]);
    const ready = await program.waitFor({ kind: 'ready' }, START_MS);
    const ports = ready['ports'] as readonly number[];
    const nft = async (rule: string) => await host.run('nft', rule.split(' '));
    await nft('add table ip chaos');
    await nft('add chain ip chaos out { type nat hook output priority -100 ; }');
    // The proxy speaks IPv4: nobody may find a way round it.
    await nft('add table ip6 chaos');
    await nft('add chain ip6 chaos out { type filter hook output priority 0 ; }');
    for (const target of targets) {
      await nft(`add rule ip6 chaos out tcp dport ${target} reject with tcp reset`);
    }
    for (const [index, target] of targets.entries()) {
      await nft(
        `add rule ip chaos out tcp dport ${target} ip saddr != ${PROXY_SOURCE} redirect to :${ports[index]}`,
      );
    }
    return new ChaosRoute(program);
  }

  /** Faults that were really done. */
  get faults(): number {
    return Number(this.#program.objects.findLast(({ kind }) => kind === 'count')?.['faults'] ?? 0);
  }
}

/** Cuts connections of a world as the kernel does when somebody says so: those of `filter`, by default all. */
export async function killSockets(world: FaultWorld, filter: readonly string[] = []): Promise<number> {
  const said = await ss(world, '-K', '-t', 'state', 'established', ...filter);
  return Math.max(0, said.trim().split('\n').length - 1);
}

/** Cuts one of them. */
export async function killSocket(world: FaultWorld, random: Seeded): Promise<number> {
  const lines = (await ss(world, '-tnH', 'state', 'established')).trim().split('\n').filter(Boolean);
  const port = /:(\d+)\s/.exec(lines[random.nextInt(Math.max(1, lines.length))] ?? '')?.[1];
  return port === undefined ? 0 : await killSockets(world, ['sport', '=', `:${port}`]);
}

async function ss({ world: { host } }: FaultWorld, ...args: readonly string[]): Promise<string> {
  return host === null ? await runToEnd('ss', args) : await host.run('ss', args);
}
