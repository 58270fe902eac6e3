import { afterEach, describe, expect, it } from 'vitest';
import { PROBE_INTERVAL_MS } from './peer-limits.ts';
import { AT, BOAT, endWorlds, idOf, paired, SECOND_MS, shortIdOf, World } from './testing/peer-world.ts';

afterEach(endWorlds);

describe('what looks like a changed key', () => {
  const OTHER = idOf('other boat');
  const OTHER_AT = '10.0.0.77:3120';
  const other = { tag: 'tag-other', shortId: shortIdOf(OTHER), name: 'Boat', addresses: ['10.0.0.77'] };

  function alarm(world: World): boolean | undefined {
    return world.boat()?.keyChanged;
  }

  it('is another device under the announced name while the paired one is away', async () => {
    const world = new World();
    world.table.setPaired([paired]);
    // A packet alone, without a device that proves the key, says nothing.
    world.see(other);
    await world.clock.advance(SECOND_MS);
    expect(alarm(world)).toBe(false);
    world.hosts.set(OTHER_AT, OTHER);
    await world.clock.advance(60 * SECOND_MS);
    expect(alarm(world)).toBe(true);
    expect(world.boat()).toMatchObject({ rule: { into: '/boat', maxBytes: 5 }, pairedMs: 7, kind: 'laptop' });
    world.table.linkUp(BOAT, AT);
    expect(alarm(world)).toBe(false);
    world.table.linkDown(BOAT);
    await world.clock.advance(20 * SECOND_MS);
    // It was there beside the real one, so it is not that one with another key.
    expect(alarm(world)).toBe(false);
  });

  it('is not a device of another name, a paired one, or one that was there all the time', async () => {
    const world = new World();
    world.hosts.set(OTHER_AT, OTHER).set(AT, BOAT);
    world.table.setPaired([paired]);
    world.see();
    world.see({ ...other, name: 'boat' });
    await world.clock.advance(SECOND_MS);
    world.see({ ...other, tag: 'later' });
    await world.clock.advance(10 * SECOND_MS);
    world.hosts.delete(AT);
    world.table.linkDown(BOAT);
    await world.clock.advance(30 * SECOND_MS);
    expect(alarm(world)).toBe(false);
    const second = { ...paired, id: OTHER, name: 'Boat 2' };
    world.table.setPaired([paired, second]);
    world.see({ ...other, tag: 'again' });
    await world.clock.advance(30 * SECOND_MS);
    expect(alarm(world)).toBe(false);
  });

  it('is not a second paired device that calls itself the same', () => {
    const world = new World();
    world.table.setPaired([paired, { ...paired, id: OTHER, name: 'Boat 2' }]);
    world.table.linkUp(OTHER, OTHER_AT);
    world.table.met(OTHER, { name: 'Boat', kind: 'laptop' }, { host: '10.0.0.77', port: 3120 });
    expect(alarm(world)).toBe(false);
  });

  it('is another key at the address where the paired one was last, and at no announced one', async () => {
    const world = new World();
    world.hosts.set('10.0.0.9:3120', OTHER).set(AT, OTHER);
    world.table.setPaired([paired]);
    world.see();
    await world.clock.advance(5 * SECOND_MS);
    expect(alarm(world)).toBe(false);
    world.table.setPaired([]);
    world.table.setPaired([{ ...paired, addresses: ['10.0.0.9:3120'] }]);
    await world.clock.advance(5 * SECOND_MS);
    expect(alarm(world)).toBe(true);
    expect(world.connected.every(({ id }) => id === BOAT)).toBe(true);
  });

  it('is not raised again for a key that a person keeps out', async () => {
    const world = new World();
    world.hosts.set(OTHER_AT, OTHER);
    world.table.setPaired([paired]);
    world.see(other);
    await world.clock.advance(SECOND_MS);
    expect(world.table.endAlarm(BOAT)).toBe(shortIdOf(OTHER));
    expect(alarm(world)).toBe(false);
    expect(world.table.endAlarm(BOAT)).toBeNull();
    world.table.setPaired([{ ...paired, blockedShortIds: [shortIdOf(OTHER)] }]);
    world.see({ ...other, tag: 'again' });
    await world.clock.advance(60 * SECOND_MS);
    expect(alarm(world)).toBe(false);
    const third = idOf('third boat');
    world.hosts.set('10.0.0.78:3120', third);
    world.see({ ...other, tag: 'third', shortId: shortIdOf(third), addresses: ['10.0.0.78'] });
    await world.clock.advance(SECOND_MS);
    expect(alarm(world)).toBe(true);
  });
});

describe('a device at a typed address', () => {
  it('is listed, asked whether it is still there, and forgotten', async () => {
    const world = new World();
    world.hosts.set(AT, BOAT);
    const met = world.table.met(BOAT, { name: 'Boat', kind: 'server' }, { host: '10.0.0.2', port: 3120 });
    expect(met).toMatchObject({ id: BOAT, name: 'Boat', kind: 'server', online: true, addresses: [AT] });
    await world.clock.advance(PROBE_INTERVAL_MS);
    expect(world.probed).toEqual([AT]);
    world.hosts.delete(AT);
    await world.clock.advance(60 * SECOND_MS);
    expect(world.boat()).toMatchObject({ online: false });
    await world.clock.advance(15 * 60 * SECOND_MS);
    expect(world.table.list()).toEqual([]);
  });
});
