import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DeviceStatus, type DeviceStatusParts } from './device-status.ts';

const GIB = 1024 ** 3;
const LOOPBACK = { lo: (networkInterfaces()['lo'] ?? []).filter((info) => info.internal) };
const CARD = {
  family: 'IPv4',
  address: '10.0.0.2',
  netmask: '255.255.255.0',
  cidr: '10.0.0.2/24',
  mac: '00:00:00:00:00:00',
  internal: false,
} as const;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function makeStatus() {
  const world = {
    inbox: '/in',
    free: 100 * GIB,
    looks: 0,
    watched: true,
    deaf: false,
    up: true,
    addresses: ['10.0.0.2:1'],
  };
  const told: (number | null)[] = [];
  const parts: DeviceStatusParts = {
    inbox: () => world.inbox,
    isWatched: () => world.watched,
    isDeaf: () => world.deaf,
    addresses: () => world.addresses,
    onChange: () => told.push(status.inboxFreeBytes),
    freeBytes: async () => {
      world.looks += 1;
      return world.free;
    },
    interfaces: () => (world.up ? { ...LOOPBACK, eth0: [CARD] } : LOOPBACK),
  };
  const status: DeviceStatus = new DeviceStatus(parts);
  return { world, told, status };
}

it('looks at the space every ten seconds while somebody watches, and tells what counts', async () => {
  const { world, told, status } = makeStatus();
  expect(status.inboxFreeBytes).toBeNull();
  status.start();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(told).toEqual([100 * GIB]);
  world.free = 99.5 * GIB;
  await vi.advanceTimersByTimeAsync(10_000);
  expect([world.looks, told.length]).toEqual([2, 1]);
  // Small steps add up against what was told, not against what was seen.
  world.free = 98.9 * GIB;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(told).toEqual([100 * GIB, 98.9 * GIB]);
  world.watched = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(world.looks).toBe(3);
  status.stop();
  expect(vi.getTimerCount()).toBe(0);
});

it('never shows the space of one inbox for another', async () => {
  const { world, status } = makeStatus();
  await status.fresh();
  world.inbox = '/other';
  expect(status.inboxFreeBytes).toBeNull();
  world.free = 5;
  await status.fresh();
  expect(status.inboxFreeBytes).toBe(5);
  await status.fresh();
  expect(world.looks).toBe(2);
});

it('tells when the network goes, when nothing can be looked for, and when addresses change', async () => {
  const { world, told, status } = makeStatus();
  await status.fresh();
  status.start();
  expect(status.network).toBe('ok');
  const seen: string[] = [];
  const step = async () => {
    const before = told.length;
    await vi.advanceTimersByTimeAsync(2_000);
    seen.push(told.length > before ? status.network : 'nothing told');
  };
  await step();
  world.up = false;
  await step();
  world.up = true;
  world.deaf = true;
  await step();
  world.deaf = false;
  await step();
  world.addresses = ['10.0.0.3:1'];
  await step();
  expect(seen).toEqual(['nothing told', 'none', 'no-discovery', 'ok', 'ok']);
  status.stop();
});
