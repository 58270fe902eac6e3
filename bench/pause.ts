/**
 * `npm run bench:pause [-- --tries N]`: how long a copy at full speed still moves after somebody pauses or cancels
 * it. Two devices with a network of their own; orders come to either end in turn, in the middle of a large file and
 * of many small ones. Times are by the kernel's counter of bytes on the wire, read every 2 ms: from the moment the
 * order is given, and from its answer, to the last bytes of content. Exit 1 when one takes over 300 ms.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Device, World } from '../e2e/device.ts';
import { EngineSide } from '../e2e/engine-side.ts';
import { DEFAULT_COPY_OPTIONS } from '../src/shared/copy-options.ts';
import { createBigFile } from '../tools/trees/big-file.ts';
import { removeTree } from '../tools/trees/remove-tree.ts';
import { createSmallFiles } from '../tools/trees/small-files.ts';
import { median } from './measure.ts';

const BOUND_MS = 300;
const BIG_BYTES = 3 * 1024 ** 3;
const SMALL_FILES = 60_000;
const SAMPLE_MS = 2;
/** Fewer between two looks are pings, progress and answers, not content. */
const CONTENT_BYTES = 32 * 1024;
/** Nothing for so long: it has stopped. */
const QUIET_MS = 1_000;
/** Into a copy, by chance, before the order. */
const MOST_INTO_MS = 400;
const PLAIN = { ...DEFAULT_COPY_OPTIONS, reuse: false, delta: false, compress: 'off' } as const;

type Order = 'pause' | 'cancel';

interface Latency {
  readonly fromOrderMs: number;
  readonly fromAnswerMs: number;
}

/** Looks again and again how much has passed through the loopback of a process's network. */
class WireWatch implements Disposable {
  readonly #path: string;
  readonly #timer: NodeJS.Timeout;
  #bytes = 0;
  /** When content was seen to pass last, by `performance.now()`. */
  lastMs = 0;

  constructor(pid: number) {
    this.#path = `/proc/${pid}/net/dev`;
    this.#timer = setInterval(() => this.#look(), SAMPLE_MS);
  }

  #look(): void {
    const bytes = Number(/^\s*lo:\s*(\d+)/m.exec(readFileSync(this.#path, 'utf8'))?.[1] ?? 0);
    if (bytes - this.#bytes >= CONTENT_BYTES) this.lastMs = performance.now();
    this.#bytes = bytes;
  }

  async quiet(): Promise<void> {
    while (performance.now() - this.lastMs < QUIET_MS) await delay(SAMPLE_MS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** One order in the middle of a copy; null where the copy was over before. */
async function oneTry(
  anna: EngineSide,
  [bob, tree]: readonly [EngineSide, string],
  order: Order,
  giver: EngineSide,
): Promise<Latency | null> {
  const [sent] = await anna.call('jobs.send', { paths: [tree], to: ['bob'], options: PLAIN });
  if (sent === undefined) throw new Error('no job');
  const { job } = sent;
  using watch = new WireWatch(bob.device.served.pid);
  await bob.until(job, 'moves', ({ progress, result }) => progress.bytes > 0 || result !== null);
  await delay(Math.random() * MOST_INTO_MS);
  const orderMs = performance.now();
  const isTaken = await (order === 'pause'
    ? giver.call('jobs.pause', { job })
    : giver.call('jobs.cancel', { job, keep: 'nothing' })
  ).then(
    () => true,
    () => false,
  );
  const answerMs = performance.now();
  await watch.quiet();
  const { state } = await bob.job(job);
  if (state !== 'cancelled' && state !== 'done')
    await bob.call('jobs.cancel', { job, keep: 'nothing' }).catch(() => undefined);
  await anna.until(job, 'has ended', ({ result }) => result !== null, 60_000);
  removeTree(join(bob.device.inbox, 'tree'));
  const isMet = isTaken && state !== 'done';
  if (!isMet) return null;
  return {
    fromOrderMs: Math.max(0, watch.lastMs - orderMs),
    fromAnswerMs: Math.max(0, watch.lastMs - answerMs),
  };
}

function report(name: string, latencies: readonly Latency[]): boolean {
  const text = (values: readonly number[]) =>
    `median ${median(values).toFixed(0)} ms, most ${Math.max(...values).toFixed(0)} ms`;
  const orders = latencies.map(({ fromOrderMs }) => fromOrderMs);
  const answers = latencies.map(({ fromAnswerMs }) => fromAnswerMs);
  console.log(
    `${name}: ${latencies.length} tries; from the order ${text(orders)}; from its answer ${text(answers)}`,
  );
  return Math.max(...orders) <= BOUND_MS;
}

const { values } = parseArgs({ options: { tries: { type: 'string', default: '20' } } });
const tries = Number(values.tries);
await using world = await World.create();
const [annaDevice, bobDevice] = (await world.servingPair()) as readonly [Device, Device];
using anna = await EngineSide.open(annaDevice);
using bob = await EngineSide.open(bobDevice);
createBigFile(join(world.path('big', 'tree'), 'big.bin'), BIG_BYTES, 'big');
createSmallFiles(world.path('small', 'tree'), { files: SMALL_FILES });
let isHeld = true;
for (const kind of ['big', 'small']) {
  for (const order of ['pause', 'cancel'] as const) {
    const latencies: Latency[] = [];
    for (let made = 0; latencies.length < tries && made < 3 * tries; made += 1) {
      const latency = await oneTry(anna, [bob, world.path(kind, 'tree')], order, made % 2 === 0 ? anna : bob);
      if (latency !== null) latencies.push(latency);
    }
    if (latencies.length < tries) throw new Error(`${kind}: only ${latencies.length} copies could be met`);
    isHeld = report(`${kind}, ${order}`, latencies) && isHeld;
  }
}
process.exitCode = isHeld ? 0 : 1;
