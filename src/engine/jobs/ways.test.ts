import { expect, test, vi } from 'vitest';
import { Failure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { WayRecord } from '../state/operations/way-operations.ts';
import { Ways } from './ways.ts';

const PEER = 'ab'.repeat(32) as DeviceId;
const DAY_MS = 24 * 3_600_000;

function makeWays(
  stored: readonly WayRecord[] = [],
  put = vi.fn<() => Promise<void>>(() => Promise.resolve()),
) {
  const log = vi.fn<() => void>();
  const interfaceTo = (host: string) => (host === 'nowhere' ? null : host.startsWith('127.') ? 'lo' : 'eth0');
  const state = { ways: { list: () => Promise.resolve(stored), put } };
  return { ways: new Ways({ state, interfaceTo, log }), put, log };
}

function wayOf(change: Partial<WayRecord> = {}): WayRecord {
  const measuredMs = Date.now();
  return { peer: PEER, interfaceName: 'eth0', streams: 4, bytesPerSecond: 1e8, measuredMs, ...change };
}

test('what was measured is found by peer and interface, also by a later start', async () => {
  const { ways, put } = makeWays([wayOf({ interfaceName: 'lo', streams: 1 })]);
  await ways.load();
  ways.learned(PEER, '192.0.2.7', { streams: 8, bytesPerSecond: 5e7 });
  expect(ways.find(PEER, '192.0.2.99')).toMatchObject({ streams: 8, interfaceName: 'eth0' });
  expect(ways.findAt(PEER, ['127.0.0.1:3120', '192.0.2.7:3120'])).toMatchObject({ streams: 1 });
  expect(ways.find('cd'.repeat(32) as DeviceId, '192.0.2.7')).toBeNull();
  expect(put).toHaveBeenCalledWith(expect.objectContaining({ streams: 8, bytesPerSecond: 5e7 }));
});

test('what is old, or of no interface, is not used', async () => {
  const { ways, put } = makeWays([wayOf({ measuredMs: Date.now() - 91 * DAY_MS })]);
  await ways.load();
  expect(ways.find(PEER, '192.0.2.7')).toBeNull();
  expect(ways.findAt(PEER, [])).toBeNull();
  ways.learned(PEER, 'nowhere', { streams: 8, bytesPerSecond: 1 });
  ways.learnedAt(PEER, ['192.0.2.7:1'], { streams: 8, bytesPerSecond: 0 });
  expect(put).not.toHaveBeenCalled();
});

test('a database that cannot keep it costs a line in the log', async () => {
  const { ways, log } = makeWays(
    [],
    vi.fn<() => Promise<void>>(() => Promise.reject(new Failure('state-unusable'))),
  );
  ways.learned(PEER, '192.0.2.7', { streams: 2, bytesPerSecond: 1 });
  await vi.waitFor(() => expect(log).toHaveBeenCalled());
  expect(ways.find(PEER, '192.0.2.7')).toMatchObject({ streams: 2 });
});
