/**
 * Stands between devices of one machine and harms their connections: `chaos.ts JSON` with the fields of
 * ChaosOrder. Prints its ports, then how it goes, as JSON lines until it is killed. The ports of the targets have
 * to be redirected to it, but for what comes from PROXY_SOURCE, which is itself.
 */
import { createSeeded } from '../../tools/trees/seeded.ts';
import { ChaosProxy, type Fault, type FaultPlan } from '../chaos-proxy.ts';

/** What it is told to do. */
interface ChaosOrder {
  readonly targets: readonly number[];
  readonly faults: readonly Fault[];
  /** So many in all; connections after that are left alone. */
  readonly limit: number;
  /** A connection is harmed within so many bytes. */
  readonly mostBytes: number;
  readonly stallMs: number;
  readonly seed: string;
}

/** Where handshake, grant and listing are: half of all faults. */
const EARLY_BYTES = 5_000;
const TELL_MS = 100;
const PROXY_SOURCE = '127.0.0.9';

const order = JSON.parse(process.argv[2] ?? '{}') as ChaosOrder;
const random = createSeeded(order.seed);
const proxies: ChaosProxy[] = [];
let planned = 0;

function plan(): FaultPlan | null {
  const done = proxies.reduce((sum, { faults }) => sum + faults, 0);
  if (done >= order.limit) return null;
  planned += 1;
  const direction = random.nextFloat() < 0.7 ? 'answer' : 'request';
  // Requests are short: later than this most connections would never get.
  const isEarly = random.nextFloat() < 0.5 || direction === 'request';
  return {
    fault: order.faults[planned % order.faults.length] ?? 'rst',
    direction,
    afterBytes: random.nextInt(isEarly ? EARLY_BYTES : order.mostBytes),
    stallMs: order.stallMs,
  };
}

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

for (const target of order.targets) proxies.push(await ChaosProxy.start(target, plan, PROXY_SOURCE));
print({ kind: 'ready', ports: proxies.map(({ port }) => port) });
let told = '';
setInterval(() => {
  const faults = proxies.reduce((sum, proxy) => sum + proxy.faults, 0);
  const connections = proxies.reduce((sum, proxy) => sum + proxy.connections, 0);
  const line = { kind: 'count', faults, connections };
  if (JSON.stringify(line) !== told) print(line);
  told = JSON.stringify(line);
}, TELL_MS);
