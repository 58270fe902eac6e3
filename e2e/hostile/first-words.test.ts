import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openEngine } from '../../src/engine/index.ts';
import { FakeDevice } from './fake-device.ts';

const LONG_MS = 60_000;

function open(folder: string) {
  return openEngine({
    home: join(folder, 'home'),
    inbox: join(folder, 'inbox'),
    port: 0,
    listen: '127.0.0.1',
    name: 'Early',
    accept: 'none',
    announce: false,
    log: () => undefined,
  });
}

it(
  'a device that starts speaks to nobody before it listens, and hears the first word of everybody',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ferry-early-'));
    const device = await FakeDevice.start();
    device.handlers.onControl = async (peer) => {
      await peer.waitFor('join');
      peer.send({ kind: 'joined' });
      await peer.connection.closed;
    };
    const first = await open(folder);
    const invite = { address: device.address, code: device.code() };
    await first.call('invite.join', invite, AbortSignal.timeout(LONG_MS));
    await first.stop();

    const answered = Promise.withResolvers<string>();
    device.handlers.onControl = async (peer) => {
      peer.send({ kind: 'job-query', job: '0'.repeat(32) });
      const { kind } = await peer.waitFor('job-unknown', LONG_MS);
      answered.resolve(String(kind));
      await peer.connection.closed;
    };
    const second = await open(folder);
    try {
      expect(await answered.promise).toBe('job-unknown');
      expect(device.lastHello['port']).toBeGreaterThan(0);
    } finally {
      await second.stop();
      await device.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
  3 * LONG_MS,
);
