import { afterEach, describe, expect, it } from 'vitest';
import type { DeviceId } from '../../shared/ids.ts';
import { MAX_FIRST_PROBES, MAX_UNPAIRED_PEERS, PROBE_INTERVAL_MS } from './peer-limits.ts';
import { AT, BOAT, endWorlds, idOf, OWN, paired, SECOND_MS, shortIdOf, World } from './testing/peer-world.ts';

afterEach(endWorlds);

describe('an unpaired peer', () => {
  it('is listed when announced, and online once a handshake has proved it', async () => {
    const world = new World();
    world.hosts.set(AT, BOAT);
    world.see();
    expect(world.boat()).toMatchObject({
      id: null,
      name: 'Boat',
      online: false,
      paired: false,
      trust: 'none',
    });
    await world.clock.advance(0);
    expect(world.boat()).toMatchObject({ id: BOAT, online: true, kind: 'laptop', addresses: [AT] });
    expect(world.seen.get(shortIdOf(BOAT))).toMatchObject({ online: true });
  });

  it.each([
    ['refuses', undefined],
    ['does not answer', 'silent' as const],
  ])('is offline within 20 s of a crash, when its host then %s', async (_how, host) => {
    for (const sinceProbeMs of [1, 4000, PROBE_INTERVAL_MS - 1]) {
      const world = new World();
      world.hosts.set(AT, BOAT);
      world.see();
      await world.clock.advance(sinceProbeMs);
      if (host === undefined) world.hosts.delete(AT);
      else world.hosts.set(AT, host);
      await world.clock.advance(20 * SECOND_MS);
      expect(world.boat()).toMatchObject({ online: false });
      expect(world.seen.get(shortIdOf(BOAT))).toMatchObject({ online: false });
    }
  });

  it('survives one failed probe', async () => {
    const world = new World();
    world.hosts.set(AT, BOAT);
    world.see();
    await world.clock.advance(PROBE_INTERVAL_MS - 1);
    world.hosts.delete(AT);
    await world.clock.advance(1);
    world.hosts.set(AT, BOAT);
    const states: boolean[] = [];
    world.table.subscribe((change) => {
      if (change.kind === 'peer-changed') states.push(change.peer.online);
    }, new AbortController().signal);
    await world.clock.advance(60 * SECOND_MS);
    expect(states).not.toContain(false);
    expect(world.boat()).toMatchObject({ online: true });
  });

  it('comes back at once when it is announced again', async () => {
    const world = new World();
    world.hosts.set(AT, BOAT);
    world.see();
    await world.clock.advance(SECOND_MS);
    world.hosts.delete(AT);
    await world.clock.advance(20 * SECOND_MS);
    world.hosts.set('10.0.0.7:3120', BOAT);
    world.see({ tag: 'tag-new', addresses: ['10.0.0.7'] });
    await world.clock.advance(10);
    expect(world.boat()).toMatchObject({ online: true });
    expect(world.boat()?.addresses[0]).toBe('10.0.0.7:3120');
  });

  it('is gone right after a true goodbye, and stays after a false one', async () => {
    const world = new World();
    world.hosts.set(AT, BOAT);
    world.see();
    await world.clock.advance(SECOND_MS);
    world.table.observe({ kind: 'left', tag: 'tag-boat' });
    await world.clock.advance(SECOND_MS);
    expect(world.boat()).toMatchObject({ online: true });
    world.see({ tag: 'tag-2' });
    world.hosts.delete(AT);
    world.table.observe({ kind: 'left', tag: 'tag-2' });
    await world.clock.advance(SECOND_MS);
    expect(world.boat()).toBeUndefined();
    expect(world.seen.size).toBe(0);
  });

  it('keeps its name and shows no address where somebody else answers', async () => {
    const world = new World();
    world.hosts.set(AT, BOAT).set('10.0.0.66:3120', idOf('liar'));
    world.see();
    await world.clock.advance(10);
    world.see({ tag: 'tag-liar', name: 'Evil', addresses: ['10.0.0.66'] });
    await world.clock.advance(30 * SECOND_MS);
    expect(world.boat()).toMatchObject({ id: BOAT, name: 'Boat', online: true });
    expect(world.boat()?.addresses[0]).toBe(AT);
    const lie = new World();
    lie.hosts.set('10.0.0.66:3120', idOf('liar'));
    lie.see({ addresses: ['10.0.0.66'] });
    await lie.clock.advance(5 * SECOND_MS);
    expect(lie.boat()).toMatchObject({ id: null, online: false, addresses: [] });
  });

  it('is forgotten when nobody has heard of it for long', async () => {
    const world = new World();
    world.see();
    await world.clock.advance(15 * 60 * SECOND_MS);
    expect(world.table.list()).toEqual([]);
    expect(world.clock.pending).toBe(0);
  });
});

describe('this device itself', () => {
  it('is never a peer, by id or by answer', async () => {
    const world = new World();
    world.hosts.set(AT, OWN);
    world.see({ shortId: shortIdOf(OWN) });
    world.see({ tag: 'tag-hidden', shortId: null, name: null });
    await world.clock.advance(SECOND_MS);
    expect(world.table.list()).toEqual([]);
    expect(world.clock.pending).toBe(0);
  });
});

describe('a flood of announcements', () => {
  it('is bounded in rows and in probes at once, and does not push out a proved peer', async () => {
    const world = new World();
    world.hosts.set(AT, BOAT);
    world.see();
    await world.clock.advance(10);
    for (let index = 0; index < 10_000; index += 1) {
      const host = `10.1.${index >> 8}.${index & 255}`;
      world.hosts.set(`${host}:1`, 'silent');
      world.see({ tag: `t${index}`, shortId: `F${index}`.padEnd(20, '0'), port: 1, addresses: [host] });
    }
    expect(world.table.list().length).toBeLessThanOrEqual(MAX_UNPAIRED_PEERS);
    await world.clock.advance(10 * SECOND_MS);
    expect(world.mostProbesAtOnce).toBeLessThanOrEqual(MAX_FIRST_PROBES + 1);
    expect(world.boat()).toMatchObject({ online: true });
    world.hosts.set('10.0.0.3:3120', idOf('late'));
    world.see({ tag: 'late', shortId: shortIdOf(idOf('late')), addresses: ['10.0.0.3'] });
    await world.clock.advance(60 * SECOND_MS);
    expect(world.table.list().find((view) => view.id === idOf('late'))).toMatchObject({ online: true });
  });
});

describe('a paired peer', () => {
  it('is connected to when it is seen, and online while a link is live', async () => {
    const world = new World();
    world.table.setPaired([paired]);
    await world.clock.advance(SECOND_MS);
    expect(world.connected).toEqual([]);
    expect(world.boat()).toMatchObject({ name: 'My boat', paired: true, trust: 'mine', online: false });
    world.hosts.set(AT, BOAT);
    world.see({ name: 'Announced' });
    await world.clock.advance(10);
    expect(world.connected).toEqual([{ id: BOAT, addresses: [AT] }]);
    expect(world.probed).toEqual([]);
    expect(world.boat()).toMatchObject({ name: 'My boat', online: true });
    expect(world.remembered).toEqual([{ id: BOAT, addresses: [AT] }]);
    await world.clock.advance(60 * SECOND_MS);
    expect(world.connected.length).toBe(1);
    world.table.linkDown(BOAT);
    expect(world.boat()).toMatchObject({ online: false });
    await world.clock.advance(SECOND_MS);
    expect(world.boat()).toMatchObject({ online: true });
  });

  it('is looked for at its last addresses without any announcement, ever more slowly', async () => {
    const world = new World();
    world.table.setPaired([{ ...paired, addresses: ['10.0.0.9:3120'] }]);
    await world.clock.advance(120 * SECOND_MS);
    expect(world.connected.length).toBeGreaterThanOrEqual(6);
    expect(world.connected.length).toBeLessThanOrEqual(9);
    world.hosts.set('10.0.0.9:3120', BOAT);
    await world.clock.advance(30 * SECOND_MS);
    expect(world.boat()).toMatchObject({ online: true });
  });

  it('that came in by itself is online and stays so when its announcement leaves', async () => {
    const world = new World();
    world.table.setPaired([paired]);
    world.table.linkUp(BOAT, null);
    world.see();
    world.table.observe({ kind: 'left', tag: 'tag-boat' });
    await world.clock.advance(60 * SECOND_MS);
    expect(world.boat()).toMatchObject({ online: true });
    expect(world.connected).toEqual([]);
  });

  it('that hides its id is found by probing; a stranger that hides it is not listed', async () => {
    const world = new World();
    world.table.setPaired([paired]);
    world.hosts.set(AT, BOAT).set('10.0.0.5:3120', idOf('shy'));
    world.see({ tag: 'hidden', shortId: null, name: null });
    world.see({ tag: 'shy', shortId: null, name: null, addresses: ['10.0.0.5'] });
    await world.clock.advance(SECOND_MS);
    expect(world.boat()).toMatchObject({ online: true, addresses: [AT] });
    expect(world.table.list().length).toBe(1);
    const probes = world.probed.length;
    world.see({ tag: 'hidden', shortId: null, name: null });
    await world.clock.advance(60 * SECOND_MS);
    expect(world.probed.length).toBe(probes);
    world.table.setPaired([paired, { ...paired, id: idOf('shy'), name: 'Shy', trust: 'other' }]);
    await world.clock.advance(SECOND_MS);
    expect(world.table.list().find((view) => view.id === idOf('shy'))).toMatchObject({ online: true });
  });

  it('becomes unpaired: no link, no connecting, probed like any other', async () => {
    const world = new World();
    world.hosts.set(AT, BOAT);
    world.table.setPaired([paired]);
    world.see();
    await world.clock.advance(SECOND_MS);
    world.table.setPaired([]);
    world.table.linkDown(BOAT);
    await world.clock.advance(SECOND_MS);
    expect(world.boat()).toMatchObject({ paired: false, trust: 'none', name: 'Boat', online: true });
    expect(world.connected.length).toBe(1);
    expect(world.probed).toEqual([AT]);
  });

  it('is compared by its whole id', () => {
    const world = new World();
    world.table.setPaired([paired]);
    const twin = (BOAT.slice(0, 63) + (BOAT.endsWith('0') ? '1' : '0')) as DeviceId;
    world.table.linkUp(twin, AT);
    expect(world.boat()).toMatchObject({ online: false });
  });
});
