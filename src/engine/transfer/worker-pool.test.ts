import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import * as net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { compareByNode } from '../../../tools/compare-by-node.ts';
import { createAwkwardTree } from '../../../tools/trees/awkward-tree.ts';
import type { JobId } from '../../shared/ids.ts';
import type { JobResult } from '../../shared/job.ts';
import { makeTempFolder } from '../disk/testing/temp-folder.ts';
import { createIdentity, type Identity } from '../identity/identity.ts';
import { duplicateDescriptor } from '../link/duplicate-descriptor.ts';
import { dataServerName, pullServerName } from './data-server-name.ts';
import type { PullOrder } from './pull-order.ts';
import { itemsOf } from './testing/two-ends.ts';
import { WorkerPool, workerCount } from './worker-pool.ts';

interface End {
  readonly identity: Identity;
  readonly pool: WorkerPool;
  /** Hands every connection to the worker that `serverName` routes to. */
  readonly port: number;
}

/** A pool, and a listener that hands its connections over as the engine thread does. */
async function startEnd(
  serverName: string,
  onEnded: (result: JobResult) => void = () => undefined,
  onSuspended: (again: boolean) => void = () => undefined,
  onSettled: () => void = () => undefined,
): Promise<End> {
  const identity = await createIdentity();
  const pool = new WorkerPool({
    workers: 2,
    lists: tmpdir(),
    log: () => undefined,
    onReport: (report) => {
      if (report.kind === 'pull-ended') onEnded(report.result);
      if (report.kind === 'pull-suspended') onSuspended(report.again);
    },
    onIndex: () => undefined,
    onDead: () => undefined,
  });
  pool.start(identity);
  const listener = net.createServer((raw) => {
    raw.once('data', (initialBytes) => {
      raw.pause();
      const fd = duplicateDescriptor(raw);
      raw.destroy();
      if (fd !== null && Buffer.isBuffer(initialBytes))
        pool.handOff({ fd, initialBytes }, serverName, onSettled);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    listener.close();
    await pool.stop();
  });
  const address = listener.address();
  return { identity, pool, port: typeof address === 'object' && address !== null ? address.port : 0 };
}

/** Two ends in threads of their own, and how to copy the awkward tree between them. */
async function startCopy() {
  const folder = makeTempFolder();
  const source = join(folder, 'tree');
  createAwkwardTree(source, { holeBytes: 1 << 20 });
  const job = randomBytes(16).toString('hex') as JobId;
  const secret = randomBytes(32);
  let ended: (result: JobResult) => void = () => undefined;
  const result = new Promise<JobResult>((resolve) => {
    ended = resolve;
  });
  const { promise: suspended, resolve: onSuspended } = Promise.withResolvers<boolean>();
  const sender = await startEnd(dataServerName(job));
  const receiver = await startEnd(pullServerName(job), (told) => ended(told), onSuspended);
  const items = itemsOf([source]);
  const secretHash = createHash('sha256').update(secret).digest();
  const pullerId = receiver.identity.id;
  sender.pool.post(job, {
    kind: 'serve',
    grant: { job, secretHash, pullerId, items, page: null, limitBytesPerSecond: null, isResting: false },
  });
  const pull = (addresses: PullOrder['addresses']) =>
    receiver.pool.post(job, {
      kind: 'pull',
      order: {
        job,
        secret,
        sourceId: sender.identity.id,
        addresses,
        offered: { names: items.map(({ name }) => name), count: items.length },
        into: Buffer.from(join(folder, 'into')),
        streams: 3,
        onConflict: 'fail',
        checksum: false,
        reuse: false,
        dryRun: false,
        limitBytesPerSecond: null,
        orderedMs: Date.now(),
        resume: null,
      },
    });
  const expectIdentical = async () =>
    expect(await compareByNode(source, join(folder, 'into/tree'))).toEqual([]);
  return { job, sender, receiver, pull, result, suspended, expectIdentical };
}

test('a copy between threads, over sockets that the listening thread handed on', async () => {
  const { sender, pull, result, expectIdentical } = await startCopy();
  pull([{ host: '127.0.0.1', port: sender.port }]);
  expect(await result).toMatchObject({ state: 'done', problems: [] });
  await expectIdentical();
});

test('a copy over connections that the source dialled', async () => {
  const { job, sender, receiver, pull, result, expectIdentical } = await startCopy();
  pull([]);
  const addresses = [{ host: '127.0.0.1', port: receiver.port }];
  sender.pool.post(job, { kind: 'dial-puller', job, addresses, streams: 2 });
  expect(await result).toMatchObject({ state: 'done', problems: [], streams: 2 });
  await expectIdentical();
});

test('a stopped pool suspends its pulls, and can be stopped again', async () => {
  const { sender, receiver, pull, suspended } = await startCopy();
  pull([{ host: '127.0.0.1', port: sender.port + 1 }]);
  // Both workers have started then: one that has not within two seconds is ended without a word.
  for (let turn = 0; turn < 2; turn++) await receiver.pool.inspect(itemsOf([makeTempFolder()]));
  await receiver.pool.stop();
  expect(await suspended).toBe(false);
  await receiver.pool.stop();
});

test('a connection that comes when the pool has stopped is closed', async () => {
  let settled = 0;
  const { pool, port } = await startEnd('data.ferry', undefined, undefined, () => (settled += 1));
  await pool.stop();
  const socket = net.connect(port, '127.0.0.1');
  socket.write('hello');
  await new Promise((resolve) => socket.once('close', resolve).once('end', resolve));
  expect(settled).toBe(1);
});

test('a connection that a worker has not taken when it is ended is closed', async () => {
  // Workers that were never told who they are read no orders, as one that hangs does: they are ended hard.
  const pool = new WorkerPool({
    workers: 1,
    lists: tmpdir(),
    log: () => undefined,
    onReport: () => undefined,
    onIndex: () => undefined,
    onDead: () => undefined,
  });
  const { promise: handed, resolve: onHanded } = Promise.withResolvers<void>();
  const listener = net.createServer({ pauseOnConnect: true }, (raw) => {
    const fd = duplicateDescriptor(raw);
    raw.destroy();
    pool.handOff({ fd: fd ?? -1, initialBytes: Buffer.of() }, 'data.ferry', () => undefined);
    onHanded();
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void listener.close());
  const { port } = listener.address() as net.AddressInfo;
  const socket = net.connect(port, '127.0.0.1');
  let isClosed = false;
  const closed = new Promise<void>((resolve) => {
    socket
      .resume()
      .once('end', resolve)
      .once('error', () => resolve());
  }).then(() => (isClosed = true));
  await handed;
  expect(isClosed).toBe(false);
  await pool.stop();
  await closed;
});

test('chosen items are looked at without walking into them', async () => {
  const { pool } = await startEnd('data.ferry');
  const folder = makeTempFolder();
  mkdirSync(join(folder, 'folder/below'), { recursive: true });
  writeFileSync(join(folder, 'file'), '12345');
  const told = await pool.inspect(itemsOf([join(folder, 'folder'), join(folder, 'file')]));
  expect(told).toEqual([
    { type: 'folder', bytes: 0 },
    { type: 'file', bytes: 5 },
  ]);
  await expect(pool.inspect(itemsOf([join(folder, 'nothing')]))).rejects.toThrow(
    expect.objectContaining({ code: 'no-such-path', subject: join(folder, 'nothing') }),
  );
});

test('workers are one per two cores, within reason', () => {
  expect([1, 2, 4, 8, 64].map(workerCount)).toEqual([1, 1, 2, 4, 4]);
});
