import { randomBytes } from 'node:crypto';
import { constants, zstdCompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { SOURCE_FRAME, STATUS } from '../../src/engine/wire/data-frame.ts';
import { FakeDevice, offerOf } from './fake-device.ts';
import type { ControlPeer } from './raw-connection.ts';
import type { SourceFrameParts } from './source-connection.ts';
import { enter, file, folder, page, type SourceScript, serveByScript, table } from './source-script.ts';
import { Victim } from './victim.ts';

/** A paired device whose compressed answers are not what they should be. */

const FILE_BYTES = 300_000;
/** Far more than a device may take for one block. */
const BOMB_BYTES = 256 * 1024 * 1024;

let victim: Victim;
let device: FakeDevice;
let peer: ControlPeer;

beforeAll(async () => {
  victim = await Victim.start();
  device = await FakeDevice.start();
  peer = await victim.pair(device);
  peer.stayPolite().catch(() => undefined);
});

afterEach(async () => {
  expect(await victim.changes()).toEqual([]);
  expect(peer.connection.isClosed).toBe(false);
});

afterAll(async () => {
  await Promise.all([victim[Symbol.asyncDispose](), device.stop()]);
});

function zstd(content: Buffer, windowLog: number): Buffer {
  return zstdCompressSync(content, { params: { [constants.ZSTD_c_windowLog]: windowLog } });
}

const bomb = zstd(Buffer.alloc(BOMB_BYTES), 20);

it.each<[string, Omit<SourceFrameParts, 'kind'>]>([
  ['a bomb', { content: bomb }],
  ['a window that takes much memory', { content: zstd(Buffer.alloc(BOMB_BYTES, 1), 27) }],
  ['less than was asked for', { content: zstd(Buffer.alloc(FILE_BYTES - 1), 20) }],
  ['no zstd', { content: randomBytes(1_000) }],
  ['nothing', {}],
  ['a hole', { status: STATUS.hole, meta: table([{ status: 'hole' }]), content: bomb }],
])('refuses a block that is compressed and is %s', async (_name, parts) => {
  const onWant: SourceScript['onWant'] = (at, { tag }) => {
    at.send({ kind: SOURCE_FRAME.block, tag, isCompressed: true, ...parts });
    return true;
  };
  const pages = [page(enter(0), folder('gift'), enter(1), file('f', FILE_BYTES))];
  const offer = offerOf();
  device.handlers.onData = (at) => serveByScript(at, { pages, onWant });
  peer.send(offer);
  const { state, result } = await victim.ended(offer.job);
  expect({ state, code: result?.failure?.code }).toEqual({ state: 'failed', code: 'peer-misbehaved' });
});

it('refuses a compressed run whose files are more than they say', async () => {
  const onWant: SourceScript['onWant'] = (at, { tag }) => {
    const meta = table([{ status: 'ok', length: 5 }]);
    at.send({ kind: SOURCE_FRAME.run, tag, isCompressed: true, meta, content: zstd(Buffer.alloc(6), 20) });
    return true;
  };
  const offer = offerOf();
  const pages = [page(enter(0), folder('gift'), enter(1), file('f', 5))];
  device.handlers.onData = (at) => serveByScript(at, { pages, onWant });
  peer.send(offer);
  expect((await victim.ended(offer.job)).result?.failure?.code).toBe('peer-misbehaved');
});
