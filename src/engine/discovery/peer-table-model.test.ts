import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PeerView } from '../../shared/device.ts';
import type { DeviceId } from '../../shared/ids.ts';
import { PeerTable } from './peer-table.ts';
import { ManualClock } from './testing/manual-clock.ts';

const DEVICES = [0, 1, 2, 3].map((digit) => String(digit).repeat(64) as DeviceId);
const OWN = DEVICES[0] as DeviceId;
const shortIdOf = (id: DeviceId): string => id.slice(0, 20);
const ONLINE_LIMIT_MS = 20_000;

const device = fc.nat(DEVICES.length - 1);
const step = fc.oneof(
  fc.record({
    kind: fc.constant('see' as const),
    device,
    host: device,
    tag: fc.nat(5),
    isHidden: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('leave' as const), tag: fc.nat(5) }),
  fc.record({ kind: fc.constant('move' as const), host: device, device: fc.option(device) }),
  fc.record({ kind: fc.constant('pair' as const), devices: fc.uniqueArray(fc.integer({ min: 1, max: 3 })) }),
  fc.record({ kind: fc.constant('link' as const), device, isUp: fc.boolean() }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(40_000) }),
);

it('keeps its promises through any history', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const clock = new ManualClock();
      const hosts = new Map<string, DeviceId>();
      const linked = new Set<DeviceId>();
      let paired = new Set<DeviceId>();
      const table: PeerTable = new PeerTable({
        clock,
        ownId: OWN,
        shortIdOf,
        probe: async (address) => {
          const id = hosts.get(address);
          if (id === undefined) throw new Error('refused');
          return id;
        },
        connect: async (id, addresses) => {
          if (!addresses.some((address) => hosts.get(address) === id)) throw new Error('refused');
          linked.add(id);
          table.linkUp(id, null);
        },
        remember: () => {},
      });
      const told = new Map<string, PeerView>();
      table.subscribe((change) => {
        if (change.kind === 'peer-changed') told.set(change.peer.shortId, change.peer);
        else expect(told.delete(change.shortId)).toBe(true);
      }, new AbortController().signal);

      for (const one of steps) {
        const id = 'device' in one && one.device !== null ? (DEVICES[one.device] as DeviceId) : OWN;
        if (one.kind === 'see') {
          table.observe({
            kind: 'seen',
            sighting: {
              tag: `t${one.tag}`,
              shortId: one.isHidden ? null : shortIdOf(id),
              name: one.isHidden ? null : 'name',
              kind: 'server',
              port: 1,
              addresses: [`10.0.0.${one.host}`],
              interfaceName: 'lan0',
            },
          });
        } else if (one.kind === 'leave') table.observe({ kind: 'left', tag: `t${one.tag}` });
        else if (one.kind === 'move') {
          if (one.device === null) hosts.delete(`10.0.0.${one.host}:1`);
          else hosts.set(`10.0.0.${one.host}:1`, id);
        } else if (one.kind === 'pair') {
          paired = new Set(one.devices.map((index) => DEVICES[index] as DeviceId));
          for (const other of linked) if (!paired.has(other)) linked.delete(other);
          table.setPaired(
            [...paired].map((other) => ({
              id: other,
              name: 'pal',
              announcedName: null,
              kind: 'desktop',
              trust: 'other',
              addresses: [],
              rule: null,
              pairedMs: 1,
              blockedShortIds: [],
            })),
          );
        } else if (one.kind === 'link') {
          if (paired.has(id) && one.isUp) linked.add(id);
          else linked.delete(id);
          if (one.isUp) table.linkUp(id, null);
          else table.linkDown(id);
        } else await clock.advance(one.ms);

        for (const view of table.list()) {
          expect(view.shortId).not.toBe(shortIdOf(OWN));
          if (view.id !== null) expect(shortIdOf(view.id)).toBe(view.shortId);
          if (view.paired) expect(view.online).toBe(linked.has(view.id as DeviceId));
          else if (view.online)
            expect(clock.nowMs() - (view.lastSeenMs ?? 0)).toBeLessThanOrEqual(ONLINE_LIMIT_MS);
        }
        expect(table.list().filter((view) => view.paired).length).toBe(paired.size);
        const listed = new Map(table.list().map((view) => [view.shortId, { ...view, lastSeenMs: null }]));
        expect(new Map([...told].map(([key, view]) => [key, { ...view, lastSeenMs: null }]))).toEqual(listed);
      }
      await table.stop();
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 150 },
  );
});
