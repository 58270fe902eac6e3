import { rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PULLER_FRAME, SOURCE_FRAME, STATUS } from '../../src/engine/wire/data-frame.ts';
import type { ListingRecord } from '../../src/engine/wire/listing-page.ts';
import type { FailureCode } from '../../src/shared/failure.ts';
import type { JobView } from '../../src/shared/job.ts';
import { FakeDevice, offerOf } from './fake-device.ts';
import type { ControlPeer } from './raw-connection.ts';
import {
  CONTENT_BYTE,
  enter,
  file,
  folder,
  gift,
  link,
  listingEnd,
  page,
  type SourceScript,
  serveByScript,
  table,
} from './source-script.ts';
import { copyHonestly, HONEST_EVERY, leakedDescriptors, openDescriptors, Victim } from './victim.ts';

/** A paired device that offers something and then serves it as no honest source would. */

let descriptors: ReadonlySet<string>;
/** Tests so far: after every few of them an honest device copies something. */
let finished = 0;
let victim: Victim;
let honest: Victim;
let device: FakeDevice;
let peer: ControlPeer;

beforeAll(async () => {
  descriptors = await openDescriptors();
  victim = await Victim.start();
  honest = await Victim.start();
  device = await FakeDevice.start();
  peer = await victim.pair(device);
  peer.stayPolite().catch(() => undefined);
});

afterEach(async () => {
  expect(await victim.changes()).toEqual([]);
  if (++finished % HONEST_EVERY === 0) expect(await copyHonestly(honest, victim)).toBe('done');
  expect(peer.connection.isClosed).toBe(false);
});

afterAll(async () => {
  await Promise.all([victim[Symbol.asyncDispose](), honest[Symbol.asyncDispose](), device.stop()]);
  expect(await leakedDescriptors(descriptors)).toEqual([]);
});

/** Offers, serves by the script, and waits for the end of the job. */
async function attack(script: SourceScript, offer = offerOf()): Promise<JobView> {
  device.handlers.onData = (at) => serveByScript(at, script);
  peer.send(offer);
  return await victim.ended(offer.job);
}

async function expectFailure(script: SourceScript, code: FailureCode): Promise<void> {
  const { state, result } = await attack(script);
  expect({ state, code: result?.failure?.code, reason: result?.failure?.reason }).toMatchObject({
    state: 'failed',
    code,
  });
}

const gifts = (...records: readonly ListingRecord[]) => [
  page(enter(0), folder('gift'), enter(1), ...records),
];
const misbehaved = 'peer-misbehaved';

describe('names', () => {
  const names = ['..', '.', '', '/etc/passwd', 'a/b', '../../canary', 'a\0b', '/'];
  const kinds = { folder, file: (name: string) => file(name, 1), link: (name: string) => link(name, 'x') };
  for (const [kind, make] of Object.entries(kinds)) {
    it.each(names)(`refuses a ${kind} called %j, at the top and below`, async (name) => {
      await expectFailure({ pages: [page(enter(0), make(name))] }, misbehaved);
      await expectFailure({ pages: gifts(make(name)) }, misbehaved);
    });
  }

  it('takes Windows paths for the plain names that they are here', async () => {
    const pages = gifts(file('C:\\x', 1), file('\\\\h\\s', 1));
    const { state } = await attack({ pages });
    expect(state).toBe('done');
    expect(await victim.changes(['gift'])).toEqual([]);
    await rm(`${victim.inbox}/gift`, { recursive: true });
  });
});

describe('listings', () => {
  const cases: readonly [string, readonly Buffer[]][] = [
    ['an entry under a link it has just sent', gifts(link('out', '/etc'), enter(2), file('x', 1))],
    ['a folder of the name of a link', gifts(link('out', '/etc'), folder('out'), enter(2), file('x', 1))],
    ['a file of the name of a link', gifts(link('out', '/etc'), file('out', 1))],
    ['a link of the name of a folder', gifts(folder('out'), link('out', '/etc'), enter(2), file('x', 1))],
    ['an unknown folder', gifts(enter(7), file('x', 1))],
    ['a folder entered twice', gifts(file('x', 1), enter(1), file('y', 1))],
    ['a folder entered again later', gifts(folder('a'), enter(2), file('x', 1), enter(1), file('z', 1))],
    ['the top entered twice', gifts(enter(0), file('x', 1))],
    ['an entry before any folder', [page(file('gift', 1))]],
    ['the same name twice', gifts(file('x', 1), file('x', 1))],
    ['names out of order', gifts(file('y', 1), file('x', 1))],
    ['the same name twice on two pages', [...gifts(file('x', 1)), page(file('x', 1))]],
    ['a top-level name that was not offered', [page(enter(0), folder('gift'), file('profile', 1))]],
    ['an unknown record', [Buffer.from([0, 0, 0, 0, 0, 9])]],
    ['half a record', [page(enter(0), folder('gift')).subarray(0, -1)]],
    ['a name longer than the page', [Buffer.from([0, 0, 0, 0, 0, 1, 255, 97])]],
    ['an empty link target', gifts(link('x', ''))],
    ['a link target with NUL', gifts(link('x', 'a\0b'))],
    ['a link target beyond PATH_MAX', gifts(link('x', 'a'.repeat(5_000)))],
    ['sizes that no number holds', gifts(file('a', 2 ** 53 - 1), file('b', 2 ** 53 - 1))],
  ];
  it.each(cases)('refuses %s', async (_name, pages) => {
    await expectFailure({ pages }, misbehaved);
  });

  it('refuses a page with the wrong hash', async () => {
    const meta = gift(1)[0] as Buffer;
    const onList: SourceScript['onList'] = (at) => {
      at.send({ kind: SOURCE_FRAME.page, meta, hash: Buffer.alloc(32, 7) });
      return true;
    };
    await expectFailure({ onList }, 'integrity');
  });

  const sent = gift(1)[0] as Buffer;
  const tags: readonly [string, readonly number[]][] = [
    ['pages out of order', [1]],
    ['a page twice', [0, 0]],
  ];
  it.each(tags)('refuses %s', async (_name, numbers) => {
    const onList: SourceScript['onList'] = (at) => {
      for (const tag of numbers) at.send({ kind: SOURCE_FRAME.page, tag, meta: tag === 0 ? sent : page() });
      return true;
    };
    await expectFailure({ onList }, misbehaved);
  });

  it('refuses pages beyond those that were asked for', async () => {
    const name = (number: number) => `file-${String(number).padStart(6, '0')}`;
    const onList: SourceScript['onList'] = (at) => {
      at.send({ kind: SOURCE_FRAME.page, tag: 0, meta: page(enter(0), folder('gift'), enter(1)) });
      for (let tag = 1; tag < 60; tag++) {
        const files = Array.from({ length: 1_000 }, (_, index) => file(name(tag * 1_000 + index), 200_000));
        at.send({ kind: SOURCE_FRAME.page, tag, meta: page(...files) });
      }
      return true;
    };
    await expectFailure({ onList, onWant: () => true }, misbehaved);
  });

  it('refuses an end that lies about entries or digest', async () => {
    await expectFailure({ pages: gift(1), claim: (end) => ({ ...end, entries: 3 }) }, misbehaved);
    const claim: SourceScript['claim'] = (end) => ({ ...end, digest: Buffer.alloc(32) });
    await expectFailure({ pages: gift(1), claim }, misbehaved);
  });

  it('refuses an end before anything was listed for what was offered', async () => {
    const claim: SourceScript['claim'] = (end) => ({ ...end, entries: 5 });
    await expectFailure({ pages: [], claim }, misbehaved);
  });

  it('refuses a page or a second end after the end', async () => {
    const onWant: SourceScript['onWant'] = (at) => {
      at.send({ kind: SOURCE_FRAME.page, tag: 1, meta: page(file('late', 1)) });
      return true;
    };
    await expectFailure({ pages: gift(1), onWant }, misbehaved);
    const again: SourceScript['onListed'] = (at) =>
      at.send({
        kind: SOURCE_FRAME.listingEnd,
        meta: listingEnd({ entries: 2, files: 0, bytes: 0, digest: Buffer.alloc(32) }),
      });
    await expectFailure({ pages: gift(1), onListed: again, onWant: () => true }, misbehaved);
  });

  it('does not follow a link that stands where a folder is listed', async () => {
    for (const onConflict of ['fail', 'skip', 'replace', 'newer', 'keep-both'] as const) {
      const options = { ...offerOf().options, onConflict };
      const items = [{ name: Buffer.from('old-link'), type: 'folder', bytes: 0 }];
      const pages = [page(enter(0), folder('old-link'), enter(1), file('canary', 1), file('new', 1))];
      const view = await attack({ pages }, offerOf({ items, options }));
      expect(['failed', 'partial', 'done']).toContain(view.state);
      expect(await victim.changes(['old-link (2)'])).toEqual([]);
    }
    await rm(`${victim.inbox}/old-link (2)`, { recursive: true });
  });
});

describe('answers', () => {
  const small = [5, 6, 7];
  const run = (outcomes: Parameters<typeof table>[0], contentBytes: number): SourceScript['onWant'] => {
    const content = Buffer.alloc(contentBytes, CONTENT_BYTE);
    return (at, { tag }) => {
      at.send({ kind: SOURCE_FRAME.run, tag, meta: table(outcomes), content });
      return true;
    };
  };
  const ok = (length: number) => ({ status: 'ok', length }) as const;
  const cases: readonly [string, SourceScript['onWant']][] = [
    ['sizes swapped within the sum', run([ok(6), ok(5), ok(7)], 18)],
    ['more bytes than listed', run([ok(5), ok(6), ok(8)], 19)],
    ['fewer bytes than listed', run([ok(5), ok(6), ok(6)], 17)],
    ['fewer bytes than the table says', run([ok(5), ok(6), ok(7)], 17)],
    ['more bytes than the table says', run([ok(5), { status: 'vanished' }, ok(7)], 18)],
    ['too few outcomes', run([ok(5), ok(6)], 11)],
    ['too many outcomes', run([ok(5), ok(6), ok(7), ok(0)], 18)],
    [
      'an unknown status',
      (at, { tag }) => {
        at.send({ kind: SOURCE_FRAME.run, tag, meta: Buffer.from([9, 9, 9]) });
        return true;
      },
    ],
    [
      'an answer to nothing that was asked',
      (at, { tag }) => {
        at.send({
          kind: SOURCE_FRAME.run,
          tag: tag + 1000,
          meta: table(small.map(ok)),
          content: Buffer.alloc(18),
        });
        return true;
      },
    ],
    [
      'an answer twice',
      (at, { tag }) => {
        const meta = table([ok(5), ok(6), { status: 'changed', version: versionOf(9), mode: 0o644 }]);
        for (let count = 0; count < 2; count++) {
          at.send({ kind: SOURCE_FRAME.run, tag, meta, content: Buffer.alloc(11) });
        }
        return true;
      },
    ],
    [
      'an answer of another kind',
      (at, { tag }) => {
        at.send({ kind: SOURCE_FRAME.block, tag, content: Buffer.alloc(18) });
        return true;
      },
    ],
    [
      'an unknown frame',
      (at, { tag }) => {
        at.send({ kind: 200, tag });
        return true;
      },
    ],
    [
      'opened again',
      (at) => {
        at.opened();
        return true;
      },
    ],
    [
      'a description longer than any may be',
      (at, { tag }) => {
        at.send({ kind: SOURCE_FRAME.run, tag, metaLength: 2 ** 32 - 1 });
        return true;
      },
    ],
    [
      'content longer than any may be',
      (at, { tag }) => {
        at.send({ kind: SOURCE_FRAME.run, tag, length: 2 ** 32 - 1 });
        return true;
      },
    ],
    [
      'noise instead of a frame',
      (at) => {
        at.connection.write(Buffer.alloc(4_096, 0xa5));
        return true;
      },
    ],
    [
      'times that are no numbers',
      (at) => {
        const meta = Buffer.alloc(56);
        meta.writeDoubleBE(Number.NaN, 8);
        at.send({ kind: SOURCE_FRAME.times, meta });
        return true;
      },
    ],
    [
      'a commit that nobody asked for',
      (at) => {
        at.send({ kind: SOURCE_FRAME.committed });
        return true;
      },
    ],
  ];
  it.each(cases)('refuses %s', async (_name, onWant) => {
    const { state, result } = await attack({ pages: gift(...small), ...(onWant && { onWant }) });
    expect({ state, failure: result?.failure }).toMatchObject({
      state: 'failed',
      failure: { code: misbehaved },
    });
  });

  it('refuses content that does not fit its hash, in runs and in blocks', async () => {
    const hash = Buffer.alloc(32, 1);
    const onWant: SourceScript['onWant'] = (at, { kind, tag }) => {
      if (kind === PULLER_FRAME.wantBlock) {
        at.send({ kind: SOURCE_FRAME.block, tag, content: Buffer.alloc(300_000), hash });
      } else at.send({ kind: SOURCE_FRAME.run, tag, meta: table([ok(5)]), content: Buffer.alloc(5), hash });
      return true;
    };
    await expectFailure({ pages: gift(5), onWant }, 'integrity');
    await expectFailure({ pages: gift(300_000), onWant }, 'integrity');
  });

  const blocks: readonly [string, Parameters<FakeSend>[0]][] = [
    ['shorter than asked', { content: Buffer.alloc(299_999) }],
    ['longer than asked', { content: Buffer.alloc(300_001) }],
    ['empty', {}],
    ['with an outcome that says all is well', { status: STATUS.hole, meta: table([ok(300_000)]) }],
    ['with a broken outcome', { status: STATUS.changed, meta: Buffer.from([2, 0]) }],
    ['with bytes after its outcome', { status: STATUS.hole, meta: Buffer.from([1, 1]) }],
  ];
  it.each(blocks)('refuses a block %s', async (_name, parts) => {
    const onWant: SourceScript['onWant'] = (at, { tag }) => {
      at.send({ kind: SOURCE_FRAME.block, tag, ...parts });
      return true;
    };
    await expectFailure({ pages: gift(300_000), onWant }, misbehaved);
  });

  it('gives up on a file that changes for ever, however large it claims to be', async () => {
    let size = 5;
    const onWant: SourceScript['onWant'] = (at, { kind, tag }) => {
      size = size * 1000;
      const meta = table([
        { status: 'changed', version: versionOf(Math.min(size, 2 ** 53 - 1)), mode: 0o644 },
      ]);
      if (kind === PULLER_FRAME.wantRun) at.send({ kind: SOURCE_FRAME.run, tag, meta });
      else at.send({ kind: SOURCE_FRAME.block, tag, status: STATUS.changed, meta });
      return true;
    };
    const { state, result } = await attack({ pages: gift(5), onWant });
    expect({ state, problems: result?.problems }).toMatchObject({
      state: 'partial',
      problems: [{ path: 'gift/file-0', code: 'changed' }],
    });
    expect(await victim.changes(['gift'])).toEqual([]);
    await rm(`${victim.inbox}/gift`, { recursive: true });
  });

  it('ends with what the source says, and never calls it a fault of its own', async () => {
    const refuse = (code: string): SourceScript => ({
      onOpen: (at) => {
        at.send({ kind: SOURCE_FRAME.refused, meta: Buffer.from(code) });
        return true;
      },
    });
    await expectFailure(refuse('no-right'), 'no-right');
    await expectFailure(refuse('no such code'), 'no-right');
    await expectFailure(refuse('internal'), misbehaved);
    await expectFailure({ onOpen: (at) => (at.send({ kind: SOURCE_FRAME.page }), true) }, misbehaved);
  });

  it('never calls it done when the source will not confirm', async () => {
    const onCommit: SourceScript['onCommit'] = (at, { tag }) => {
      at.send({ kind: SOURCE_FRAME.committed, tag, status: STATUS.changed });
      return true;
    };
    const { state, result } = await attack({ pages: gift(5), onCommit });
    expect({ state, code: result?.failure?.code }).toEqual({ state: 'failed', code: 'integrity' });
    expect(await victim.changes(['gift'])).toEqual([]);
    await rm(`${victim.inbox}/gift`, { recursive: true });
  });

  it('refuses hashes of another length when content decides', async () => {
    const options = { ...offerOf().options, checksum: true, onConflict: 'replace' };
    const items = [{ name: Buffer.from('old'), type: 'folder', bytes: 0 }];
    const pages = [page(enter(0), folder('old'), enter(1), file('kept', 4))];
    const onWant: SourceScript['onWant'] = (at, { tag }) => {
      at.send({ kind: SOURCE_FRAME.hash, tag, meta: Buffer.alloc(5) });
      return true;
    };
    const { state, result } = await attack({ pages, onWant }, offerOf({ items, options }));
    expect({ state, code: result?.failure?.code }).toEqual({ state: 'failed', code: misbehaved });
  });
});

type FakeSend = (parts: {
  readonly status?: number;
  readonly meta?: Uint8Array;
  readonly content?: Uint8Array;
}) => void;

function versionOf(size: number) {
  return { size, mtimeSec: 1, mtimeNs: 0, ctimeSec: 1, ctimeNs: 0 };
}
