import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PULLER_FRAME, SOURCE_FRAME } from '../../src/engine/wire/data-frame.ts';
import { Program } from '../program.ts';
import { FakeDevice, offerOf } from './fake-device.ts';
import { enter, file, folder, gift, page, type SourceScript, serveByScript, table } from './source-script.ts';

/** What a person sees who receives from a hostile device: one line, the right exit code, nothing written. */

const FERRY = fileURLToPath(new URL('../../bin/ferry', import.meta.url));

let place: string;
let device: FakeDevice;

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'ferry-told-'));
  device = await FakeDevice.start();
});

afterEach(async () => {
  await device.stop();
  await rm(place, { recursive: true, force: true });
});

async function receive(script: SourceScript): Promise<Program> {
  const { kind: _, ...offer } = offerOf();
  device.handlers.onData = (at) => serveByScript(at, script);
  device.handlers.onControl = async (peer) => {
    await peer.waitFor('redeem');
    peer.send({ kind: 'redeemed', ...offer });
    await peer.stayPolite();
  };
  const program = new Program(FERRY, ['receive', '-a', device.address, join(place, 'into')], {
    env: { FERRY_HOME: join(place, 'home'), FERRY_CODE: device.code() },
  });
  await program.ended;
  return program;
}

const wrongHash: SourceScript = {
  pages: gift(5),
  onWant: (at, { kind, tag }) => {
    expect(kind).toBe(PULLER_FRAME.wantRun);
    const meta = table([{ status: 'ok', length: 5 }]);
    at.send({ kind: SOURCE_FRAME.run, tag, meta, content: Buffer.alloc(5), hash: Buffer.alloc(32) });
    return true;
  },
};

it.each([
  [
    'a name with dots',
    { pages: [page(enter(0), folder('gift'), enter(1), file('..', 1))] },
    3,
    'broke the rules',
  ],
  [
    'a name with an escape sequence, that was not offered',
    { pages: [page(enter(0), file('\x1b[2J', 1))] },
    3,
    'broke the rules',
  ],
  ['content that does not fit its hash', wrongHash, 6, 'did not verify'],
])('is told plainly of %s', async (_name, script, exitCode, said) => {
  const program = await receive(script);
  const { code } = await program.ended;
  const lines = program.stderr.split('\n').filter((line) => line !== '');
  expect({ code, lines }).toEqual({ code: exitCode, lines: [expect.stringContaining(said)] });
  expect(program.stdout + program.stderr).not.toContain('\x1b');
  expect(program.stderr).not.toMatch(/\bat .*:\d+/);
  const left = await readdir(join(place, 'into'));
  expect(left.every((name) => name.startsWith('.ferry-') && name.endsWith('.part'))).toBe(true);
});
