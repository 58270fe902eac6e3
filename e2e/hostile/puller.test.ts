import { randomBytes } from 'node:crypto';
import { link, mkdir, open, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { statFd } from '../../src/engine/disk/stat.ts';
import { PULLER_FRAME, SOURCE_FRAME, STATUS } from '../../src/engine/wire/data-frame.ts';
import type { FileVersion } from '../../src/engine/wire/data-version.ts';
import { encodeCommit } from '../../src/engine/wire/data-wants.ts';
import { DEFAULT_COPY_OPTIONS } from '../../src/shared/copy-options.ts';
import type { JobId } from '../../src/shared/ids.ts';
import { runToEnd } from '../program.ts';
import { FakeDevice } from './fake-device.ts';
import type { Answer, PullerConnection } from './puller-connection.ts';
import { ControlPeer, type RawMessage } from './raw-connection.ts';
import { wantBlock, wantRun } from './raw-wants.ts';
import { copyHonestly, HONEST_EVERY, leakedDescriptors, openDescriptors, treeOf, Victim } from './victim.ts';

/** A device that holds a grant, or says that it does, and asks for what no honest puller would. */

let descriptors: ReadonlySet<string>;
/** Tests so far: after every few of them an honest device copies something. */
let finished = 0;
let victim: Victim;
let honest: Victim;
let device: FakeDevice;
let control: ControlPeer;
let grant: Grant;
let source: string;
let before: Map<string, string>;

interface Grant {
  readonly job: JobId;
  readonly secret: Uint8Array;
}

beforeAll(async () => {
  descriptors = await openDescriptors();
  victim = await Victim.start();
  honest = await Victim.start();
  device = await FakeDevice.start();
  // Beside the sandbox, because nothing in there may change.
  source = join(victim.sandbox, 'home', 'source');
  await mkdir(join(source, 'selected/inner'), { recursive: true });
  await writeFile(join(source, 'secret'), 'secret');
  await writeFile(join(source, 'selected/file'), 'content');
  await writeFile(join(source, 'selected/large'), randomBytes(3_000_000));
  await symlink('../secret', join(source, 'selected/link'));
  await symlink('..', join(source, 'selected/up'));
  await link(join(source, 'selected/file'), join(source, 'selected/inner/twin'));
  await runToEnd('mkfifo', [join(source, 'selected/pipe')]);
  before = await treeOf(join(source, 'selected/inner'));
});

/** A waiting send, its code shown by `device`. */
async function takeGrant(): Promise<Grant> {
  const { code } = await victim.send(join(source, 'selected'));
  control = await device.dialControl(victim.port);
  const answer = await device.redeem(control, code);
  return toGrant(answer);
}

function toGrant(message: RawMessage): Grant {
  return { job: message['job'] as JobId, secret: message['secret'] as Uint8Array };
}

beforeEach(async () => {
  grant = await takeGrant();
});

afterEach(async () => {
  await victim.call('jobs.cancel', { job: grant.job, keep: 'parts' }).catch(() => undefined);
  control.connection.destroy();
  expect(await victim.changes()).toEqual([]);
  expect(await treeOf(join(source, 'selected/inner'))).toEqual(before);
  if (++finished % HONEST_EVERY === 0) expect(await copyHonestly(victim, honest)).toBe('done');
});

afterAll(async () => {
  await Promise.all([victim[Symbol.asyncDispose](), honest[Symbol.asyncDispose](), device.stop()]);
  expect(await leakedDescriptors(descriptors)).toEqual([]);
});

async function opened(): Promise<PullerConnection> {
  const connection = await device.dialData(victim.port, grant.job);
  expect(await connection.open(grant.job, grant.secret)).toBe('opened');
  return connection;
}

/** Waits for the end of a connection on which nothing but a refusal may come any more. */
async function closedOf(connection: PullerConnection): Promise<null> {
  for (;;) {
    const answer = await connection.next().catch(() => null);
    if (answer === null) break;
    expect([SOURCE_FRAME.refused, SOURCE_FRAME.times]).toContain(answer.kind);
  }
  await connection.connection.closed;
  return null;
}

async function versionOf(path: string): Promise<FileVersion> {
  await using file = await open(path);
  return statFd(file.fd);
}

const ANY: FileVersion = { size: 6, mtimeSec: 1, mtimeNs: 0, ctimeSec: 1, ctimeNs: 0 };

/** Asks on a fresh connection: the answer, or null when the source refuses and closes instead. */
async function ask(kind: number, body: Uint8Array): Promise<Answer | null> {
  const connection = await opened();
  connection.send(kind, 1, body);
  const answer = await connection.answer().catch(() => null);
  if (answer?.kind === SOURCE_FRAME.refused) return await closedOf(connection);
  connection.connection.destroy();
  return answer;
}

describe('wants', () => {
  it('serves what was selected, so that refusals below mean something', async () => {
    const version = await versionOf(join(source, 'selected/file'));
    const answer = await ask(PULLER_FRAME.wantBlock, wantBlock(['selected', 'file'], version, 0, 7));
    expect(answer?.content.toString()).toBe('content');
    const run = await ask(PULLER_FRAME.wantRun, wantRun(['selected'], ['file'], version));
    expect(run?.content.toString()).toBe('content');
  });

  const closed: readonly (readonly string[])[] = [
    ['..', 'secret'],
    ['selected', '..', 'secret'],
    ['.', 'selected', 'file'],
    ['/etc/passwd'],
    ['selected', '/etc/passwd'],
    ['selected/../secret'],
    ['selected', ''],
    ['selected', 'file\0'],
    [],
  ];
  it.each(closed.map((path) => [path]))('closes on the path %j', async (path) => {
    expect(await ask(PULLER_FRAME.wantBlock, wantBlock(path, ANY, 0, 6))).toBeNull();
    expect(await ask(PULLER_FRAME.wantRun, wantRun(path.slice(0, -1), path.slice(-1), ANY))).toBeNull();
    const hash = wantBlock(path, ANY, 0, 6).subarray(0, -12);
    expect(await ask(PULLER_FRAME.wantHash, hash)).toBeNull();
  });

  const absent: readonly (readonly string[])[] = [
    ['secret'],
    ['selected', 'link'],
    ['selected', 'up', 'secret'],
    ['selected', 'up', 'selected', 'file'],
    ['selected', 'pipe'],
    ['selected', 'inner'],
    ['selected'],
    ['selected', 'file', 'below'],
    ['selected', 'no such'],
  ];
  it.each(absent.map((path) => [path]))(
    'has nothing at the path %j, and tells nothing of it',
    async (path) => {
      // The right version of what lies there, so that only the path can be the reason.
      const version = await versionOf(join(source, 'secret'));
      const block = await ask(PULLER_FRAME.wantBlock, wantBlock(path, version, 0, 6));
      expect({ status: block?.status, bytes: block?.content.length }).toEqual({
        status: STATUS.vanished,
        bytes: 0,
      });
      const run = await ask(PULLER_FRAME.wantRun, wantRun(path.slice(0, -1), path.slice(-1), version));
      expect(run?.meta).toEqual(Buffer.from([STATUS.vanished]));
      const hash = wantBlock(path, version, 0, 6).subarray(0, -12);
      const hashed = await ask(PULLER_FRAME.wantHash, hash);
      expect(hashed?.meta).toEqual(Buffer.from([STATUS.vanished]));
    },
  );

  const broken: readonly [string, Buffer][] = [
    ['of no length', wantBlock(['selected', 'file'], ANY, 0, 0)],
    ['beyond the end', wantBlock(['selected', 'file'], ANY, 6, 1)],
    ['across the end', wantBlock(['selected', 'file'], ANY, 3, 4)],
    ['at 2^53 - 1', wantBlock(['selected', 'file'], ANY, 2 ** 53 - 1, 6)],
    ['of 4 GiB', wantBlock(['selected', 'file'], { ...ANY, size: 2 ** 40 }, 0, 2 ** 32 - 1)],
    ['cut short', wantBlock(['selected', 'file'], ANY, 0, 6).subarray(0, -1)],
    ['with more behind', Buffer.concat([wantBlock(['selected', 'file'], ANY, 0, 6), Buffer.alloc(1)])],
    ['of nothing', Buffer.alloc(0)],
    ['of 65,535 folders', Buffer.alloc(2, 0xff)],
  ];
  it.each(broken)('closes on a block %s', async (_name, body) => {
    expect(await ask(PULLER_FRAME.wantBlock, body)).toBeNull();
  });

  it('says changed where the version asked for is not the one there is', async () => {
    const version = await versionOf(join(source, 'selected/large'));
    const body = wantBlock(['selected', 'large'], { ...version, size: 2 ** 50 }, 2 ** 49, 1024);
    expect((await ask(PULLER_FRAME.wantBlock, body))?.status).toBe(STATUS.changed);
  });

  it('closes on runs that ask for too much', async () => {
    const many = wantRun(
      ['selected'],
      Array.from({ length: 1_025 }, () => 'file'),
      { ...ANY, size: 1 },
    );
    expect(await ask(PULLER_FRAME.wantRun, many)).toBeNull();
    const large = wantRun(['selected'], ['large'], { ...ANY, size: 256 * 1024 + 1 });
    expect(await ask(PULLER_FRAME.wantRun, large)).toBeNull();
    const sum = wantRun(
      ['selected'],
      Array.from({ length: 5 }, () => 'large'),
      { ...ANY, size: 256 * 1024 },
    );
    expect(await ask(PULLER_FRAME.wantRun, sum)).toBeNull();
    expect(await ask(PULLER_FRAME.wantRun, Buffer.alloc(2))).toBeNull();
  });
});

describe('frames', () => {
  it('closes on anything before the grant is shown', async () => {
    for (const kind of [
      ...Object.values(PULLER_FRAME).filter((value) => value !== PULLER_FRAME.open),
      0,
      99,
      255,
    ]) {
      const connection = await device.dialData(victim.port, grant.job);
      connection.send(kind, 0, Buffer.alloc(50));
      await closedOf(connection);
    }
  });

  it('closes on a grant of another shape', async () => {
    const right = Buffer.concat([Buffer.from([0, 1]), Buffer.from(grant.job, 'hex'), grant.secret]);
    const others = [
      right.subarray(0, -1),
      Buffer.concat([right, Buffer.alloc(1)]),
      Buffer.alloc(0),
      Buffer.alloc(1_000_000),
    ];
    for (const body of others) {
      const connection = await device.dialData(victim.port, grant.job);
      connection.send(PULLER_FRAME.open, 0, body);
      const answer = await connection.next().catch(() => null);
      expect(answer?.kind ?? SOURCE_FRAME.refused).toBe(SOURCE_FRAME.refused);
      await connection.connection.closed;
    }
  });

  it('closes on a second grant, unknown frames, reserved bits and lengths that nobody needs', async () => {
    const header = (change: (bytes: Buffer) => void) => {
      const bytes = Buffer.alloc(12);
      change(bytes);
      return bytes;
    };
    const bad = [
      header((bytes) => bytes.writeUInt8(99, 0)),
      header((bytes) => bytes.writeUInt8(PULLER_FRAME.open, 0)),
      header((bytes) => bytes.writeUInt16BE(0x0400 + 1, 0)),
      header((bytes) => {
        bytes.writeUInt8(PULLER_FRAME.wantBlock, 0);
        bytes.writeUInt32BE(2 ** 32 - 1, 8);
      }),
      Buffer.alloc(64, 0xa5),
    ];
    for (const bytes of bad) {
      const connection = await opened();
      connection.connection.write(bytes);
      await closedOf(connection);
    }
  });

  it('does not confirm a commit of something else', async () => {
    const commit = encodeCommit({ entries: 0, listingDigest: Buffer.alloc(32) });
    expect((await ask(PULLER_FRAME.commit, commit))?.status).not.toBe(STATUS.ok);
    const connection = await opened();
    connection.list();
    for (let kind = 0; kind !== SOURCE_FRAME.listingEnd; ) kind = (await connection.answer()).kind;
    connection.send(PULLER_FRAME.commit, 0, commit);
    expect((await connection.answer()).status).not.toBe(STATUS.ok);
  });

  it('serves no more bytes than a job could need', async () => {
    const version = await versionOf(join(source, 'selected/large'));
    const body = wantBlock(['selected', 'large'], version, 0, 1024 * 1024);
    const connection = await opened();
    connection.list();
    let served = 0;
    const flood = async () => {
      for (let tag = 1; tag < 400; tag++) {
        connection.send(PULLER_FRAME.wantBlock, tag, body);
        for (;;) {
          const answer = await connection.answer();
          if (answer.kind !== SOURCE_FRAME.block) continue;
          served += answer.content.length;
          break;
        }
      }
    };
    await expect(flood()).rejects.toThrow('closed');
    expect(served / 2 ** 20).toBeLessThan(270);
  });
});

describe('grants', () => {
  it('are refused alike for a wrong secret, an unknown job and another device', async () => {
    const wrong = await device.dialData(victim.port, grant.job);
    expect(await wrong.open(grant.job, randomBytes(32))).toBe('no-right');
    const unknown = 'ab'.repeat(16) as JobId;
    expect(await (await device.dialData(victim.port, unknown)).open(unknown, grant.secret)).toBe('no-right');
    const thief = await FakeDevice.start();
    expect(await (await thief.dialData(victim.port, grant.job)).open(grant.job, grant.secret)).toBe(
      'no-right',
    );
    await thief.stop();
    await opened();
  });

  it('end with the job', async () => {
    const connection = await opened();
    await victim.call('jobs.cancel', { job: grant.job, keep: 'parts' });
    await connection.connection.closed;
    const again = await device.dialData(victim.port, grant.job);
    expect(await again.open(grant.job, grant.secret)).toBe('no-right');
  });

  it('allow sixteen connections and no more', async () => {
    const connections = await Promise.all(Array.from({ length: 6 }, opened));
    while (connections.length < 16) connections.push(await opened());
    const more = await device.dialData(victim.port, grant.job);
    expect(await more.open(grant.job, grant.secret)).toBe('peer-misbehaved');
    expect(connections.every(({ connection }) => !connection.isClosed)).toBe(true);
    for (const { connection } of connections) connection.destroy();
    await expect.poll(async () => opened().catch(() => null)).not.toBeNull();
  });

  it('come from a code once', async () => {
    const { code } = await victim.send(join(source, 'selected'));
    const first = await device.dialControl(victim.port);
    expect(await device.redeem(first, code)).toMatchObject({ kind: 'redeemed' });
    const thief = await FakeDevice.start();
    for (const other of [thief, device]) {
      const peer = await other.dialControl(victim.port);
      expect(await other.redeem(peer, code)).toMatchObject({ kind: 'refused', code: 'expired' });
      await peer.connection.closed;
    }
    await thief.stop();
  });

  it('die within a second when the device is unpaired in the middle of a transfer', async () => {
    const paired = await FakeDevice.start();
    const peer = await victim.pair(paired);
    const options = DEFAULT_COPY_OPTIONS;
    const [view] = await victim.call('jobs.send', {
      paths: [join(source, 'selected')],
      to: ['Hostile'],
      options,
    });
    const offered = toGrant(await peer.waitFor('offer'));
    peer.send({ kind: 'offer-answer', job: offered.job, state: 'accepted' });
    const data = await paired.dialData(victim.port, offered.job);
    expect(await data.open(offered.job, offered.secret)).toBe('opened');
    data.list();
    const startMs = performance.now();
    await victim.call('peers.unpair', { peer: 'Hostile' });
    const version = await versionOf(join(source, 'selected/large'));
    data.send(PULLER_FRAME.wantBlock, 9, wantBlock(['selected', 'large'], version, 0, 1024));
    await Promise.all([data.connection.closed, peer.connection.closed]);
    expect(performance.now() - startMs).toBeLessThan(8_000);
    const again = await paired.dialData(victim.port, offered.job);
    expect(await again.open(offered.job, offered.secret)).toBe('no-right');
    const control2 = await paired.dialControl(victim.port);
    control2.send({ kind: 'job-query', job: offered.job });
    expect(await control2.waitFor('refused')).toMatchObject({ code: 'not-paired' });
    const ended = await victim.ended(view?.job as JobId);
    expect({ state: ended.state, code: ended.result?.failure?.code }).toEqual({
      state: 'failed',
      code: 'not-paired',
    });
    await paired.stop();
  });
});
