import { once } from 'node:events';
import { lstat, mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { MessagePort, Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { collectDropped } from '../src/renderer/ports/page-files/collect-dropped.ts';
import { DEFAULT_COPY_OPTIONS } from '../src/shared/copy-options.ts';
import type { JobView } from '../src/shared/job.ts';
import { PAGE_FRAME, PageFrameWriter, writePageRecord } from '../src/shared/page-frames.ts';
import { createSmallFiles } from '../tools/trees/small-files.ts';
import { DiskDrop } from './disk-drop.ts';
import { PageWorld } from './page-world.ts';

const MIB = 1024 * 1024;

/** Folders, files with content, modes and times to the millisecond, which is what a browser knows. */
async function lookAt(root: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const { mode, mtimeMs } = await lstat(path);
    const isFile = entry.isFile();
    const content = isFile ? `${Math.trunc(mtimeMs)} ${(await readFile(path)).toString('base64')}` : '';
    found.set(relative(root, path), `${isFile ? 'file' : 'folder'} ${content} ${(mode & 0o777).toString(8)}`);
  }
  return found;
}

async function expectCopied(source: string, destination: string): Promise<void> {
  expect(await lookAt(destination)).toEqual(await lookAt(source));
}

async function createTree(root: string): Promise<string> {
  await mkdir(join(root, 'nested/deeper/<img onerror=x>'), { recursive: true });
  await mkdir(join(root, 'empty'));
  await writeFile(join(root, 'nested/deeper/<img onerror=x>/..hidden'), 'hidden');
  await writeFile(join(root, 'zero'), '');
  await writeFile(join(root, 'größe \u{1F600}.txt'), 'odd');
  await writeFile(join(root, 'large.bin'), Buffer.alloc(5 * MIB + 3, 'large'));
  await writeFile(join(root, 'old'), 'old');
  await utimes(join(root, 'old'), 1_000_000_000.25, 1_000_000_000.25);
  createSmallFiles(join(root, 'many'), { files: 700, medianBytes: 1500 });
  return root;
}

async function send(world: PageWorld, drop: DiskDrop, to: readonly string[], limit: number | null = null) {
  const held = collectDropped(drop);
  const { jobs, ticket } = await world.device('anna').call('page.send', {
    selection: held.toPageSelection(),
    to,
    options: { ...DEFAULT_COPY_OPTIONS, limitBytesPerSecond: limit, streams: 2 },
  });
  const [job] = jobs;
  return { held, jobs, job: job as JobView, ticket };
}

function done(world: PageWorld, job: JobView): Promise<JobView> {
  return world.device('anna').call('jobs.wait', { job: job.job });
}

/** Bytes of memory in all messages that this thread, the engine's, gets from or gives to its workers. */
function countMessages(): { readonly bytes: () => number; stop(): void } {
  let bytes = 0;
  const measure = (value: unknown): void => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) bytes += value.byteLength;
    else if (value instanceof MessagePort) return;
    else if (typeof value === 'object' && value !== null)
      for (const part of Object.values(value)) measure(part);
    else if (typeof value === 'string') bytes += value.length;
  };
  const { postMessage, emit } = Worker.prototype;
  const { postMessage: postToPort } = MessagePort.prototype;
  Worker.prototype.postMessage = function (message: unknown, ...rest: unknown[]) {
    measure(message);
    return Reflect.apply(postMessage, this, [message, ...rest]);
  };
  MessagePort.prototype.postMessage = function (message: unknown, ...rest: unknown[]) {
    measure(message);
    return Reflect.apply(postToPort, this, [message, ...rest]);
  };
  Worker.prototype.emit = function (name: string | symbol, ...values: unknown[]) {
    if (name === 'message') measure(values);
    return Reflect.apply(emit, this, [name, ...values]);
  };
  return {
    bytes: () => bytes,
    stop: () => {
      Object.assign(Worker.prototype, { postMessage, emit });
      Object.assign(MessagePort.prototype, { postMessage: postToPort });
    },
  };
}

describe('files that a page holds', () => {
  it('arrive at two devices from one socket, with their structure, past the engine thread', async () => {
    await using world = await PageWorld.create('bob', 'carl');
    const tree = await createTree(world.path('tree'));
    await writeFile(world.path('note'), 'a note');
    const drop = new DiskDrop(tree, world.path('note'));
    const messages = countMessages();
    const { held, jobs, ticket } = await send(world, drop, ['bob', 'carl']);
    const counted = await held.count(() => undefined, new AbortController().signal);
    expect(jobs.map(({ sourceKind, group }) => [sourceKind, group])).toEqual([
      ['page', jobs[0]?.job],
      ['page', jobs[0]?.job],
    ]);
    const page = world.serve(held, ticket);
    expect(page.isBusy).toBe(true);
    for (const job of jobs) {
      const view = await done(world, job);
      expect(view.result).toMatchObject({ state: 'done', verified: true, problems: [] });
      expect(view.result).toMatchObject({
        files: counted.files,
        folders: counted.folders,
        bytes: counted.bytes,
      });
    }
    expect(await page.ended).toBe('done');
    expect(page.isBusy).toBe(false);
    messages.stop();
    for (const name of ['bob', 'carl']) {
      const { inbox } = world.device(name);
      expect((await readdir(inbox)).sort()).toEqual(['note', 'tree']);
      await expectCopied(tree, join(inbox, 'tree'));
      expect(await readFile(join(inbox, 'note'), 'utf8')).toBe('a note');
    }
    // What one device asks for soon after the other is read once.
    expect(drop.bytesRead).toBeGreaterThanOrEqual(counted.bytes);
    // Views, progress and secrets of two jobs, and what is kept of each file: its name and hash; but no content.
    expect(messages.bytes()).toBeLessThan(counted.bytes / 3);
    expect(() => world.device('anna').engine.attachPage(ticket)).toThrow(/no-right/);
  });

  it('wait for the page when it is closed, and go on when the same is dropped again', async () => {
    await using world = await PageWorld.create('bob');
    const [anna, bob] = [world.device('anna'), world.device('bob')];
    const tree = world.path('tree');
    await mkdir(tree);
    for (let index = 0; index < 12; index++) {
      await writeFile(join(tree, `part-${index}`), Buffer.alloc(MIB - index, `part ${index}`));
    }
    const first = new DiskDrop(tree);
    const half = Promise.withResolvers<void>();
    first.onRead = () => {
      // The page is closed in the middle: what it is asked for then it never answers.
      if (first.bytesRead < 5 * MIB) return;
      half.resolve();
      return new Promise(() => undefined);
    };
    const { held, job, ticket } = await send(world, first, ['bob']);
    await anna.waitsForPage(job.job);
    await bob.waitsForPage(job.job);
    const page = world.serve(held, ticket);
    await half.promise;
    expect((await bob.call('jobs.get', { job: job.job })).state).toBe('running');
    page.close();
    expect(await page.ended).toBe('closed');
    await anna.waitsForPage(job.job);
    await bob.waitsForPage(job.job);

    await writeFile(world.path('other'), 'other');
    const other = collectDropped(new DiskDrop(world.path('other'))).toPageSelection();
    await expect(anna.call('page.resume', { job: job.job, selection: other })).rejects.toMatchObject({
      code: 'changed',
    });
    const second = new DiskDrop(tree);
    const again = collectDropped(second);
    const resumed = await anna.call('page.resume', { job: job.job, selection: again.toPageSelection() });
    expect(resumed.job.job).toBe(job.job);
    const back = world.serve(again, resumed.ticket);
    expect((await done(world, job)).result).toMatchObject({ state: 'done', files: 12, problems: [] });
    expect(await back.ended).toBe('done');
    await expectCopied(tree, join(bob.inbox, 'tree'));
    // What had arrived was not read again.
    expect(second.bytesRead).toBeLessThanOrEqual(8 * MIB);
    expect(first.bytesRead + second.bytesRead).toBeGreaterThan(11 * MIB);
  });

  it('go on to all devices of the drop when one of its jobs gets its page back', async () => {
    await using world = await PageWorld.create('bob', 'carl');
    const tree = await createTree(world.path('tree'));
    const { held, jobs, job, ticket } = await send(world, new DiskDrop(tree), ['bob', 'carl']);
    world.serve(held, ticket).close();
    for (const { job: id, peer } of jobs) await world.device(peer?.name ?? '').waitsForPage(id);
    const again = collectDropped(new DiskDrop(tree));
    const selection = again.toPageSelection();
    const resumed = await world.device('anna').call('page.resume', { job: job.job.slice(0, 12), selection });
    const page = world.serve(again, resumed.ticket);
    for (const one of jobs) expect((await done(world, one)).result).toMatchObject({ state: 'done' });
    expect(await page.ended).toBe('done');
    for (const name of ['bob', 'carl']) await expectCopied(tree, join(world.device(name).inbox, 'tree'));
  });

  it('go on to all devices of the drop when the page comes back before its end was noticed', async () => {
    await using world = await PageWorld.create('bob', 'carl');
    const tree = await createTree(world.path('tree'));
    const silent = new DiskDrop(tree);
    const asked = Promise.withResolvers<void>();
    silent.onRead = () => {
      asked.resolve();
      return new Promise(() => undefined);
    };
    const { held, jobs, job, ticket } = await send(world, silent, ['bob', 'carl']);
    const page = world.serve(held, ticket);
    await asked.promise;
    const again = collectDropped(new DiskDrop(tree));
    const selection = again.toPageSelection();
    const resumed = await world.device('anna').call('page.resume', { job: job.job, selection });
    const back = world.serve(again, resumed.ticket);
    for (const one of jobs) expect((await done(world, one)).result).toMatchObject({ state: 'done' });
    expect(await page.ended).toBe('replaced');
    expect(await back.ended).toBe('done');
    for (const name of ['bob', 'carl']) await expectCopied(tree, join(world.device(name).inbox, 'tree'));
  });

  it('are copied as they are now when they change, and listed when they vanish', async () => {
    await using world = await PageWorld.create('bob');
    const tree = world.path('tree');
    await mkdir(tree);
    await writeFile(join(tree, 'changes'), Buffer.alloc(3 * MIB, 'before'));
    await writeFile(join(tree, 'vanishes'), Buffer.alloc(3 * MIB + 1, 'gone'));
    await writeFile(join(tree, 'small'), 'before');
    const drop = new DiskDrop(tree);
    const touched = new Set<string>();
    drop.onRead = async (path) => {
      if (touched.has(path)) return;
      touched.add(path);
      if (path.endsWith('vanishes')) await rm(path);
      else {
        // At one stroke: a file that is read while it is half written can be read by no page.
        const next = world.path(`next-${touched.size}`);
        await writeFile(next, path.endsWith('small') ? 'after' : Buffer.alloc(2 * MIB, 'after'));
        await rename(next, path);
      }
    };
    const { held, job, ticket } = await send(world, drop, ['bob']);
    world.serve(held, ticket);
    const { result } = await done(world, job);
    expect(result).toMatchObject({
      state: 'partial',
      problems: [{ path: 'tree/vanishes', code: 'vanished' }],
    });
    await expectCopied(tree, join(world.device('bob').inbox, 'tree'));
    expect(await readFile(join(tree, 'small'), 'utf8')).toBe('after');
  });

  it('wait when the web ends, and end with the job', async () => {
    await using world = await PageWorld.create('bob');
    await writeFile(world.path('file'), Buffer.alloc(MIB));
    const drop = new DiskDrop(world.path('file'));
    drop.onRead = () => new Promise(() => undefined);
    const { held, job, ticket } = await send(world, drop, ['bob']);
    const page = world.serve(held, ticket);
    await world.device('anna').until(job.job, 'runs', ({ state }) => state === 'running');
    await world.endWeb();
    expect(await page.ended).toBe('lost');
    await world.device('bob').waitsForPage(job.job);
    await world.device('anna').call('jobs.cancel', { job: job.job, keep: 'nothing' });
    expect((await world.device('bob').call('jobs.wait', { job: job.job })).state).toBe('cancelled');
    await expect(
      world.device('anna').call('page.resume', { job: job.job, selection: held.toPageSelection() }),
    ).rejects.toMatchObject({ code: 'unknown-job' });
  });

  it('of a page that breaks the rules are not waited for in vain: an honest one goes on', async () => {
    await using world = await PageWorld.create('bob');
    const tree = await createTree(world.path('tree'));
    const { held, job, ticket } = await send(world, new DiskDrop(tree), ['bob']);
    const hostile = world.connect(ticket);
    await once(hostile, 'open');
    const writer = new PageFrameWriter(PAGE_FRAME.listing);
    writePageRecord(writer, { kind: 'enter', folder: 0 });
    writePageRecord(writer, { kind: 'file', name: Buffer.from('.profile'), size: 1, mtimeMs: 0 });
    hostile.send(writer.done());
    const [code, reason] = await once(hostile, 'close');
    expect(`${code} ${String(reason)}`).toBe('4400 peer-misbehaved: entry that was not offered');
    await world.device('bob').waitsForPage(job.job);
    const selection = held.toPageSelection();
    const resumed = await world.device('anna').call('page.resume', { job: job.job, selection });
    world.serve(held, resumed.ticket);
    expect((await done(world, job)).result).toMatchObject({ state: 'done' });
    expect(await readdir(world.device('bob').inbox)).toEqual(['tree']);
    await expectCopied(tree, join(world.device('bob').inbox, 'tree'));
  });

  it('are let go of when the job is cancelled', async () => {
    await using world = await PageWorld.create('bob');
    await writeFile(world.path('file'), Buffer.alloc(MIB));
    const drop = new DiskDrop(world.path('file'));
    drop.onRead = () => new Promise(() => undefined);
    const { held, job, ticket } = await send(world, drop, ['bob']);
    const page = world.serve(held, ticket);
    await world.device('anna').until(job.job, 'runs', ({ state }) => state === 'running');
    await world.device('anna').call('jobs.cancel', { job: job.job, keep: 'nothing' });
    expect(await page.ended).toBe('done');
  });
});
