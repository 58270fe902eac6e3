import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_COPY_OPTIONS } from '../../src/shared/copy-options.ts';
import { toFailure } from '../../src/shared/failure.ts';
import { ENDED_STATES } from '../../src/shared/job.ts';
import { ChaosProxy, type Fault, type FaultPlan } from '../chaos-proxy.ts';
import { leakedDescriptors, openDescriptors, treeOf, Victim } from './victim.ts';

/** Two honest devices and a network that cuts, flips and stalls at many points of a small transfer. */

/** What a person may be told when the code could not be shown or its answer was lost. */
const PLAIN = [
  'peer-gone',
  'unreachable',
  'not-ferry',
  'timeout',
  'expired',
  'wrong-code',
  'peer-misbehaved',
];
const LARGE_BYTES = 1_500_000;
const SMALL_FILES = 40;
/** Bytes each way on a data connection of the transfer, about. */
const ANSWER_BYTES = LARGE_BYTES + 60_000;
const REQUEST_BYTES = 4_000;
const STALL_MS = 400;
/** Of each kind of fault. */
const ATTEMPTS = 16;
const LANES = 4;

let descriptors: ReadonlySet<string>;
let sender: Victim;
/** One for each transfer that runs at a time. */
let receivers: readonly Victim[];
let expected: readonly (readonly string[])[];

beforeAll(async () => {
  descriptors = await openDescriptors();
  [sender, ...receivers] = await Promise.all([
    Victim.start(),
    ...Array.from({ length: LANES }, () => Victim.start()),
  ]);
  const source = join(sender.sandbox, 'home/source/tree');
  await mkdir(join(source, 'small'), { recursive: true });
  await writeFile(join(source, 'large'), randomBytes(LARGE_BYTES));
  for (let count = 0; count < SMALL_FILES; count++) {
    await writeFile(join(source, 'small', `${count}`), randomBytes(count * 50));
  }
  expected = await contentOf(source);
});

afterAll(async () => {
  // Connections that a cut left half made come to their end first: an engine that stops takes no more of them over.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await Promise.all([sender, ...receivers].map((victim) => victim[Symbol.asyncDispose]()));
  expect(await leakedDescriptors(descriptors)).toEqual([]);
});

/** Names and contents; inode numbers left out. */
async function contentOf(root: string): Promise<readonly (readonly string[])[]> {
  const tree = await treeOf(root);
  const rows = [...tree].map(([path, state]) => [path, state.split(' ').at(-1) ?? '']);
  return rows.sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
}

interface Outcome {
  readonly state: string;
  readonly isFaulty: boolean;
}

/** One transfer through a proxy that does `plan` to connection `number`: 0 carries control, others data. */
async function attempt(receiver: Victim, plan: FaultPlan, number: number): Promise<Outcome> {
  const proxy = await ChaosProxy.start(sender.port, (connection) => (connection === number ? plan : null));
  const sending = await sender.send(join(sender.sandbox, 'home/source/tree'));
  const about = JSON.stringify({ ...plan, number });
  let state = 'refused';
  try {
    const { job } = await receiver.receive(proxy.address, sending.code, join(receiver.inbox, 'into'));
    const view = await receiver.ended(job);
    state = view.state;
    expect(view.result?.failure ?? null, about).toBeNull();
    expect(await contentOf(join(receiver.inbox, 'into/tree')), about).toEqual(expected);
    expect(await receiver.changes(['into']), about).toEqual([]);
    expect((await sender.ended(job)).state, about).toBe('done');
  } catch (error) {
    if (state !== 'refused') throw error;
    const { code } = toFailure(error);
    expect(PLAIN, about).toContain(code);
    expect(await receiver.changes(), about).toEqual([]);
    await sender.call('jobs.cancel', { job: sending.job.job, keep: 'parts' });
  }
  const isFaulty = proxy.faults > 0;
  await proxy.close();
  await rm(join(receiver.inbox, 'into'), { recursive: true, force: true });
  return { state, isFaulty };
}

/** Numbers from 0 to 1 that are the same in every run. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function plansOf(fault: Fault, count: number, seed: number): { plan: FaultPlan; number: number }[] {
  const next = sequence(seed);
  return Array.from({ length: count }, (_, index) => {
    const number = index % 4 === 0 ? 0 : 1;
    const direction = index % 3 === 0 ? 'request' : 'answer';
    const span = number === 0 ? 3_000 : direction === 'request' ? REQUEST_BYTES : ANSWER_BYTES;
    // Half of them early, where handshake, grant and listing are.
    const afterBytes = Math.floor(index % 2 === 0 ? next() * 3_000 : next() * span);
    return {
      plan: { fault, direction, afterBytes, ...(fault === 'stall' ? { stallMs: STALL_MS } : {}) },
      number,
    };
  });
}

it.each(['rst', 'fin', 'flip', 'stall'] as const)(
  'arrives whole or says why not: %s',
  async (fault) => {
    const plans = plansOf(fault, ATTEMPTS, fault.length * 7 + fault.charCodeAt(0));
    const outcomes: Outcome[] = [];
    const lane = async (receiver: Victim) => {
      for (let next = plans.pop(); next !== undefined; next = plans.pop()) {
        outcomes.push(await attempt(receiver, next.plan, next.number));
      }
    };
    await Promise.all(receivers.map(lane));
    const faulty = outcomes.filter(({ isFaulty }) => isFaulty).length;
    const done = outcomes.filter(({ state }) => state === 'done').length;
    process.stderr.write(`${fault}: ${outcomes.length} attempts, ${faulty} with a fault, ${done} done\n`);
    expect(outcomes).toHaveLength(ATTEMPTS);
    expect(faulty).toBeGreaterThanOrEqual(ATTEMPTS * 0.7);
    expect(done).toBeGreaterThanOrEqual(ATTEMPTS / 2);
  },
  110_000,
);

it('goes on with the data when the control connection is cut in the middle, and both learn of the end', async () => {
  const [receiver] = receivers;
  if (receiver === undefined) throw new Error('no receiver');
  const source = join(sender.sandbox, 'home/source/slow');
  await writeFile(source, randomBytes(3_000_000));
  // Handshake, hello and code are about 2 kB; what comes after them is news of the running job.
  const plan: FaultPlan = { fault: 'rst', direction: 'request', afterBytes: 2_600 };
  const proxy = await ChaosProxy.start(sender.port, (connection) => (connection === 0 ? plan : null));
  const options = { ...DEFAULT_COPY_OPTIONS, limitBytesPerSecond: 3_000_000 };
  const sending = await sender.call('jobs.sendWithCode', { paths: [source], options });
  const { job } = await receiver.receive(proxy.address, sending.code, join(receiver.inbox, 'into'));
  await expect.poll(() => proxy.faults).toBe(1);
  expect(ENDED_STATES.has((await receiver.call('jobs.get', { job })).state)).toBe(false);
  expect((await receiver.ended(job)).state).toBe('done');
  expect((await sender.ended(job)).state).toBe('done');
  await proxy.close();
  expect(await receiver.changes(['into'])).toEqual([]);
  await rm(join(receiver.inbox, 'into'), { recursive: true });
});
