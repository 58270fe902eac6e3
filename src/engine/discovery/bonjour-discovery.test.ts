import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { hostname, userInfo } from 'node:os';
import { afterEach, expect, it } from 'vitest';
import { BonjourDiscovery } from './bonjour-discovery.ts';
import type { Discovery } from './discovery.ts';
import { listNetworkInterfaces, type NetworkInterface } from './network-interfaces.ts';
import { findFreeUdpPort, makeAnnouncement, SightingLog } from './testing/discovery-suite.ts';
import { ManualClock } from './testing/manual-clock.ts';

/** One of its own: nobody else on this machine is heard or disturbed. */
const MDNS_PORT = await findFreeUdpPort();
const MDNS_GROUP = '224.0.0.251';
const PATIENCE_MS = 30_000;
const never = new AbortController().signal;
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const loopback = (): readonly NetworkInterface[] =>
  listNetworkInterfaces().filter((one) => one.isOnLink('127.0.0.1'));

type Parts = ConstructorParameters<typeof BonjourDiscovery>[0];

function create(parts: Partial<Parts> = {}): BonjourDiscovery {
  const discovery = new BonjourDiscovery({
    log: () => {},
    listInterfaces: loopback,
    mdnsPort: MDNS_PORT,
    ...parts,
  });
  closers.push(() => discovery.stop());
  return discovery;
}

/** A plain socket on the mDNS group over loopback: sees and sends raw packets. */
async function openRaw(): Promise<{ socket: Socket; packets: Buffer[] }> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.bind(MDNS_PORT, '0.0.0.0');
  await once(socket, 'listening');
  socket.addMembership(MDNS_GROUP, '127.0.0.1');
  socket.setMulticastInterface('127.0.0.1');
  const packets: Buffer[] = [];
  socket.on('message', (packet) => packets.push(packet));
  closers.push(async () => {
    socket.close();
    await once(socket, 'close');
  });
  return { socket, packets };
}

async function waitUntil(isSo: () => boolean): Promise<void> {
  const untilMs = Date.now() + PATIENCE_MS;
  while (!isSo()) {
    if (Date.now() > untilMs) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function startPair(): Promise<{ one: Discovery; log: SightingLog }> {
  const [one, two] = [create(), create()];
  const log = new SightingLog(two);
  await two.start(never);
  await one.start(never);
  return { one, log };
}

it('announces loopback addresses on loopback and nothing of this machine or its user', async () => {
  const { packets } = await openRaw();
  const { one, log } = await startPair();
  const announcement = makeAnnouncement();
  one.announce(announcement);
  const { addresses } = await log.sees(announcement, PATIENCE_MS);
  expect(addresses).toContain('127.0.0.1');
  expect(addresses.every((address) => address === '127.0.0.1' || address === '::1')).toBe(true);
  await waitUntil(() => packets.some((packet) => packet.includes(announcement.shortId)));
  const own = Buffer.concat(packets.filter((packet) => packet.includes(announcement.shortId)));
  const secrets = [hostname(), hostname().split('.')[0] ?? '', userInfo().username].filter(
    (text) => text.length > 2,
  );
  for (const secret of secrets) expect(own.includes(secret)).toBe(false);
});

it('runs on without mDNS while the port is held, says so once, and comes back when it is free', async () => {
  const holder = createSocket({ type: 'udp4', reuseAddr: false });
  holder.bind(MDNS_PORT, '0.0.0.0');
  await once(holder, 'listening');
  const clock = new ManualClock();
  const logged: string[] = [];
  const discovery = create({
    clock,
    log: (level, event, detail) => logged.push(`${level} ${event} ${String(detail?.['code'])}`),
  });
  const announcement = makeAnnouncement();
  discovery.announce(announcement);
  await discovery.start(never);
  for (let scan = 0; scan < 4; scan += 1) {
    await clock.advance(3000);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  expect(logged).toEqual(['warn mdns-failed port-taken']);
  expect(discovery.isDeaf).toBe(true);
  holder.close();
  await once(holder, 'close');
  const witness = create();
  const log = new SightingLog(witness);
  await witness.start(never);
  await clock.advance(3000);
  await log.sees(announcement, PATIENCE_MS);
  expect([discovery.isDeaf, witness.isDeaf]).toEqual([false, false]);
});

it('survives garbage, and still hears the next announcement', async () => {
  const { socket } = await openRaw();
  const { one, log } = await startPair();
  const question = Buffer.from('055f66657272795f7463700000', 'hex');
  const header = Buffer.from('000000000fff000000000000', 'hex');
  const garbage = [
    Buffer.alloc(0),
    Buffer.from('00'),
    Buffer.alloc(1500, 0xff),
    Buffer.alloc(9000, 0xc0),
    Buffer.concat([header, question]),
    Buffer.concat([Buffer.from('000084000000ffff00000000', 'hex'), Buffer.alloc(1400, 0)]),
  ];
  for (const packet of garbage) socket.send(packet, MDNS_PORT, MDNS_GROUP);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const announcement = makeAnnouncement();
  one.announce(announcement);
  await log.sees(announcement, PATIENCE_MS);
});

it('answers no more than a bounded number of times a second', async () => {
  const { socket, packets } = await openRaw();
  const { one, log } = await startPair();
  const announcement = makeAnnouncement();
  one.announce(announcement);
  await log.sees(announcement, PATIENCE_MS);
  const query = Buffer.from('000000000001000000000000065f6665727279045f746370056c6f63616c00000c0001', 'hex');
  packets.length = 0;
  for (let sent = 0; sent < 1000; sent += 1) socket.send(query, MDNS_PORT, MDNS_GROUP);
  const isAnswer = (packet: Buffer): boolean => packet.includes(announcement.shortId);
  await waitUntil(() => packets.some(isAnswer));
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(packets.filter(isAnswer).length).toBeLessThanOrEqual(120);
});

it('does not answer a packet with more questions than any honest one', async () => {
  const { socket, packets } = await openRaw();
  const { one, log } = await startPair();
  const announcement = makeAnnouncement();
  one.announce(announcement);
  await log.sees(announcement, PATIENCE_MS);
  const question = Buffer.from('065f6665727279045f746370056c6f63616c00000c0001', 'hex');
  const isAnswer = (packet: Buffer): boolean => packet.includes(announcement.shortId);
  const ask = async (count: number, answers: number): Promise<number> => {
    packets.length = 0;
    const header = Buffer.from([0, 0, 0, 0, 0, count, 0, 0, 0, 0, 0, 0]);
    socket.send(
      Buffer.concat([header, ...Array.from({ length: count }, () => question)]),
      MDNS_PORT,
      MDNS_GROUP,
    );
    await waitUntil(() => packets.filter(isAnswer).length >= answers);
    await new Promise((resolve) => setTimeout(resolve, 200));
    return packets.filter(isAnswer).length;
  };
  expect(await ask(1, 1)).toBe(1);
  expect(await ask(17, 0)).toBe(0);
});

it('opens and closes with the interfaces, under a new tag each time', async () => {
  const clock = new ManualClock();
  let interfaces: readonly NetworkInterface[] = [];
  const one = create({ clock, listInterfaces: () => interfaces });
  const two = create();
  const log = new SightingLog(two);
  const announcement = makeAnnouncement();
  one.announce(announcement);
  await two.start(never);
  await one.start(never);
  await clock.advance(3000);
  interfaces = loopback();
  await clock.advance(3000);
  const { tag } = await log.sees(announcement, PATIENCE_MS);
  interfaces = [];
  await clock.advance(3000);
  await log.waitFor((change) => change.kind === 'left' && change.tag === tag, PATIENCE_MS);
  interfaces = loopback();
  await clock.advance(3000);
  await log.waitFor(
    (change) =>
      change.kind === 'seen' &&
      change.sighting.shortId === announcement.shortId &&
      change.sighting.tag !== tag,
    PATIENCE_MS,
  );
});

it('asks again at 1, 3 and 9 s and then every 30 s, and leaves no timer behind', async () => {
  const { packets } = await openRaw();
  const clock = new ManualClock();
  const interfaces = loopback();
  const discovery = create({ clock, listInterfaces: () => interfaces });
  await discovery.start(never);
  await waitUntil(() => packets.length >= 1);
  const countAfter = async (byMs: number): Promise<number> => {
    packets.length = 0;
    await clock.advance(byMs);
    await new Promise((resolve) => setTimeout(resolve, 60));
    return packets.length;
  };
  expect(await countAfter(999)).toBe(0);
  expect(await countAfter(1)).toBe(1);
  expect(await countAfter(2000)).toBe(1);
  expect(await countAfter(6000)).toBe(1);
  expect(await countAfter(29_999)).toBe(0);
  expect(await countAfter(1)).toBe(1);
  await discovery.stop();
  expect(clock.pending).toBe(0);
});
