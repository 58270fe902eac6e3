import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fromText } from '../../src/engine/wire/byte-name.ts';
import { PULLER_FRAME } from '../../src/engine/wire/data-frame.ts';
import { encodeCommit, encodeGroups, encodeOpen, encodeWantBlock } from '../../src/engine/wire/data-wants.ts';
import { encodePullerFrame } from '../../src/engine/wire/puller-frame.ts';
import type { JobId } from '../../src/shared/ids.ts';
import { FakeDevice, offerOf } from './fake-device.ts';
import type { ControlPeer } from './raw-connection.ts';
import { CONTENT_BYTE, enter, file, folder, page, serveByScript } from './source-script.ts';
import { copyHonestly, leakedDescriptors, openDescriptors, Victim } from './victim.ts';

/** Honest conversations with a few bytes changed, left out, doubled or put in between. */

/** Change the number to look at other conversations; a failure prints its own. */
const SEED = 20_031;
const SOURCE_RUNS = 20;
const PULLER_RUNS = 250;
/** A conversation that waits for bytes that were left out is ended by the one who left them out. */
const PATIENCE_MS = 120;

let descriptors: ReadonlySet<string>;
let victim: Victim;
let honest: Victim;
let device: FakeDevice;
let peer: ControlPeer;

beforeAll(async () => {
  descriptors = await openDescriptors();
  [victim, honest, device] = await Promise.all([Victim.start(), Victim.start(), FakeDevice.start()]);
  peer = await victim.pair(device);
  peer.stayPolite().catch(() => undefined);
});

afterAll(async () => {
  await Promise.all([victim[Symbol.asyncDispose](), honest[Symbol.asyncDispose](), device.stop()]);
  expect(await leakedDescriptors(descriptors)).toEqual([]);
});

interface Mutation {
  readonly kind: 'flip' | 'drop' | 'double' | 'insert' | 'cut';
  /** Where, as a part of the conversation. */
  readonly at: number;
  readonly length: number;
  readonly noise: Uint8Array;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('flip', 'drop', 'double', 'insert', 'cut'),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  length: fc.integer({ min: 1, max: 40 }),
  noise: fc.uint8Array({ minLength: 1, maxLength: 40 }),
});

function mutate(bytes: Buffer, { kind, at, length, noise }: Mutation): Buffer {
  const start = Math.floor(at * bytes.length);
  const [head, piece, tail] = [
    bytes.subarray(0, start),
    bytes.subarray(start, start + length),
    bytes.subarray(start + length),
  ];
  switch (kind) {
    case 'flip':
      return Buffer.concat([
        head,
        piece.map((byte, index) => byte ^ (noise[index % noise.length] ?? 1)),
        tail,
      ]);
    case 'drop':
      return Buffer.concat([head, tail]);
    case 'double':
      return Buffer.concat([head, piece, piece, tail]);
    case 'insert':
      return Buffer.concat([head, noise, piece, tail]);
    case 'cut':
      return head;
  }
}

it(`a receiver ends plainly with every answer that ${SOURCE_RUNS} mutations make`, async () => {
  // One answer of the source after the other is changed; which one is `at` too.
  const run = async (change: Mutation) => {
    const sizes = [0, 5, 1_000, 300_000];
    const pages = [
      page(enter(0), folder('gift'), enter(1), ...sizes.map((size, at) => file(`f${at}`, size))),
    ];
    let connections = 0;
    device.handlers.onData = async (at) => {
      connections += 1;
      if (connections === 1) {
        const { socket } = at.connection;
        const write = socket.write.bind(socket);
        const target = Math.floor(change.length % 6);
        let writes = 0;
        at.connection.write = (bytes) => {
          const isTarget = writes++ === target;
          write(isTarget ? mutate(Buffer.from(bytes), change) : bytes);
          if (isTarget) setTimeout(() => at.connection.destroy(), PATIENCE_MS);
        };
      }
      await serveByScript(at, { pages });
    };
    const offer = offerOf();
    peer.send(offer);
    const { state, result } = await victim.ended(offer.job);
    const code = result?.failure?.code ?? null;
    if (state === 'failed')
      expect(['peer-misbehaved', 'integrity', 'no-right', 'older-peer', 'newer-peer']).toContain(code);
    else expect(['done', 'partial']).toContain(state);
    if (state === 'done') {
      const content = await Promise.all(sizes.map((_, at) => readFile(join(victim.inbox, `gift/f${at}`))));
      expect(content).toEqual(sizes.map((size) => Buffer.alloc(size, CONTENT_BYTE)));
    }
    expect(await victim.changes(['gift'])).toEqual([]);
    await rm(join(victim.inbox, 'gift'), { recursive: true, force: true });
  };
  await fc.assert(fc.asyncProperty(mutation, run), { seed: SEED, numRuns: SOURCE_RUNS, endOnFailure: true });
  expect(await copyHonestly(honest, victim)).toBe('done');
}, 40_000);

it(`a sender outlives what ${PULLER_RUNS} mutations make of a puller`, async () => {
  const source = join(victim.sandbox, 'home/source');
  await mkdir(source, { recursive: true });
  await writeFile(join(source, 'file'), Buffer.alloc(300_000, 1));
  const { code, job } = await victim.send(source);
  const control = await device.dialControl(victim.port);
  const secret = Buffer.from((await device.redeem(control, code))['secret'] as Uint8Array);
  const version = { size: 300_000, mtimeSec: 1, mtimeNs: 0, ctimeSec: 1, ctimeNs: 0 };
  const path = [fromText('source'), fromText('file')];
  const small = {
    folder: [fromText('source')],
    files: [{ name: fromText('x'), version: { ...version, size: 5 } }],
  };
  const credit = Buffer.from([0, 0, 0, 4]);
  const session = Buffer.concat([
    encodePullerFrame(PULLER_FRAME.open, 0, encodeOpen({ job: job.job as JobId, secret })),
    encodePullerFrame(PULLER_FRAME.list, 0, credit),
    encodePullerFrame(
      PULLER_FRAME.wantBlock,
      1,
      encodeWantBlock({ path, version, offset: 0, length: 1_000 }),
    ),
    encodePullerFrame(PULLER_FRAME.wantRun, 2, encodeGroups([small])),
    encodePullerFrame(PULLER_FRAME.credit, 1, Buffer.alloc(0)),
    encodePullerFrame(
      PULLER_FRAME.wantHash,
      3,
      encodeWantBlock({ path, version, offset: 0, length: 1 }).subarray(0, -12),
    ),
    encodePullerFrame(PULLER_FRAME.commit, 4, encodeCommit({ entries: 2, listingDigest: Buffer.alloc(32) })),
  ]);
  const run = async (changes: readonly Mutation[]) => {
    const data = await device.dialData(victim.port, job.job);
    data.connection.write(changes.reduce(mutate, session));
    await Promise.race([data.connection.closed, new Promise((resolve) => setTimeout(resolve, 10))]);
    data.connection.destroy();
  };
  const changes = fc.array(mutation, { minLength: 1, maxLength: 3 });
  await fc.assert(fc.asyncProperty(changes, run), { seed: SEED, numRuns: PULLER_RUNS });
  const view = await victim.call('jobs.get', { job: job.job });
  expect(view.result).toBeNull();
  await victim.call('jobs.cancel', { job: job.job, keep: 'parts' });
  control.connection.destroy();
  expect(victim.logged.filter(({ detail }) => JSON.stringify(detail ?? '').includes('"internal"'))).toEqual(
    [],
  );
  expect(await copyHonestly(victim, honest)).toBe('done');
}, 40_000);
