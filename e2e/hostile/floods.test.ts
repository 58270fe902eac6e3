import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encode } from '@msgpack/msgpack';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { controlSamples } from '../../src/engine/link/testing/control-samples.ts';
import { ByteWriter } from '../../src/engine/wire/byte-writer.ts';
import { PULLER_FRAME } from '../../src/engine/wire/data-frame.ts';
import { writeVersion } from '../../src/engine/wire/data-version.ts';
import { encodeCommit } from '../../src/engine/wire/data-wants.ts';
import { encodeFrame } from '../../src/engine/wire/frame.ts';
import { encodePullerFrame } from '../../src/engine/wire/puller-frame.ts';
import type { JobId } from '../../src/shared/ids.ts';
import { Program } from '../program.ts';
import { FakeDevice } from './fake-device.ts';
import type { ControlPeer, RawConnection } from './raw-connection.ts';

/** Peers that send without end and never read, against a process of its own whose memory is watched. */

const FERRY = fileURLToPath(new URL('../../bin/ferry', import.meta.url));
const MAX_GROWTH_BYTES = 100 * 2 ** 20;
const FLOOD_MS = 700;

let folder: string;
let sender: Program;
let device: FakeDevice;
let control: ControlPeer;
let port: number;
let job: JobId;
let secret: Uint8Array;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ferry-flood-'));
  await mkdir(join(folder, 'source'));
  await writeFile(join(folder, 'source/large'), Buffer.alloc(50_000_000, 1));
  sender = new Program(FERRY, ['send', join(folder, 'source'), '--json', '--patience', '1'], {
    env: { FERRY_HOME: join(folder, 'home') },
  });
  const waiting = await sender.waitFor({ kind: 'waiting' });
  port = Number(
    String((waiting['addresses'] as string[])[0])
      .split(':')
      .at(-1),
  );
  device = await FakeDevice.start();
  control = await device.dialControl(port);
  const redeemed = await device.redeem(control, String(waiting['code']));
  job = redeemed['job'] as JobId;
  secret = redeemed['secret'] as Uint8Array;
});

afterEach(async () => {
  await device.stop();
  control.connection.destroy();
  const { code } = await sender.stop('SIGINT');
  await rm(folder, { recursive: true, force: true });
  // Interrupted, or it has given up on a peer that is gone; a crash is neither.
  expect([130, 4, 8]).toContain(code);
});

async function residentBytes(): Promise<number> {
  const status = await readFile(`/proc/${sender.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

/** Writes as much as the other side takes, reading nothing, and returns how far its memory grew at most. */
async function flood(
  connection: RawConnection,
  frame: Buffer,
): Promise<{ growthBytes: number; sentBytes: number }> {
  const before = await residentBytes();
  let growthBytes = 0;
  connection.socket.pause();
  const batch = Buffer.concat(
    Array.from({ length: Math.max(1, Math.ceil(500_000 / frame.length)) }, () => frame),
  );
  const untilMs = performance.now() + FLOOD_MS;
  while (performance.now() < untilMs && !connection.isClosed) {
    for (let count = 0; count < 8 && connection.socket.writableLength < 4_000_000; count++)
      connection.write(batch);
    await new Promise((resolve) => setTimeout(resolve, 5));
    growthBytes = Math.max(growthBytes, (await residentBytes()) - before);
  }
  return { growthBytes, sentBytes: connection.socket.bytesWritten };
}

function want(names: readonly string[], size: number): Buffer {
  const writer = new ByteWriter();
  writer.u16(names.length);
  for (const name of names) {
    writer.u8(name.length);
    writer.latin1(name);
  }
  writeVersion(writer, { size, mtimeSec: 1, mtimeNs: 0, ctimeSec: 1, ctimeNs: 0 });
  return Buffer.from(writer.view());
}

function wantBlock(name: string): Buffer {
  const tail = Buffer.alloc(12);
  tail.writeUInt32BE(1_000, 8);
  return Buffer.concat([want(['source', name], 50_000_000), tail]);
}

/** A run frame as large as a frame may be: names of files that are not there. */
function largeRun(): Buffer {
  const writer = new ByteWriter();
  writer.u16(1_900);
  for (let group = 0; group < 1_900; group++) {
    writer.u16(2);
    for (const name of ['source', 'x'.repeat(255)]) {
      writer.u8(name.length);
      writer.latin1(name);
    }
    writer.u16(group < 1_000 ? 1 : 0);
    if (group >= 1_000) continue;
    writer.u8(200);
    writer.latin1('y'.repeat(200));
    writeVersion(writer, { size: 1, mtimeSec: 1, mtimeNs: 0, ctimeSec: 1, ctimeNs: 0 });
  }
  return Buffer.from(writer.view());
}

function sampleOf(kind: string) {
  return controlSamples.find((message) => message.kind === kind);
}

async function expectBounded(connection: RawConnection, frame: Buffer): Promise<void> {
  const { growthBytes, sentBytes } = await flood(connection, frame);
  expect(sentBytes).toBeGreaterThan(frame.length);
  expect(growthBytes, `after ${sentBytes} bytes`).toBeLessThan(MAX_GROWTH_BYTES);
  expect(sender.isRunning).toBe(true);
}

describe('a sender keeps its memory when nobody reads and somebody floods it with', () => {
  const floods: readonly [string, number, () => Buffer][] = [
    ['wants for what is not there', PULLER_FRAME.wantBlock, () => wantBlock('missing')],
    ['wants for what has changed', PULLER_FRAME.wantBlock, () => wantBlock('large')],
    ['wants as large as may be', PULLER_FRAME.wantRun, largeRun],
    ['wants for hashes', PULLER_FRAME.wantHash, () => want(['source', 'missing'], 1)],
    ['commits', PULLER_FRAME.commit, () => encodeCommit({ entries: 1, listingDigest: Buffer.alloc(32) })],
    ['listings', PULLER_FRAME.list, () => Buffer.alloc(4, 0xff)],
    ['credit', PULLER_FRAME.credit, () => Buffer.alloc(0)],
  ];
  it.each(floods)('%s', async (_name, kind, body) => {
    const data = await device.dialData(port, job);
    expect(await data.open(job, secret)).toBe('opened');
    await expectBounded(data.connection, encodePullerFrame(kind, 0, body()));
  });

  it.each([
    ['questions', () => [{ kind: 'job-query', job }]],
    ['pings', () => [{ kind: 'ping', number: 1 }]],
    ['news', () => ['waiting', 'running'].map((state) => ({ ...sampleOf('job-update'), job, state }))],
  ])('%s', async (_name, messages) => {
    const frames = messages().map((message) => encodeFrame(encode(message)));
    await expectBounded(control.connection, Buffer.concat(frames));
  });
});
