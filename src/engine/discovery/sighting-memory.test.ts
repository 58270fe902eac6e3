import { expect, it } from 'vitest';
import { MAX_SIGHTINGS, type Sighting, type SightingChange } from './discovery.ts';
import { SightingMemory } from './sighting-memory.ts';
import { ManualClock } from './testing/manual-clock.ts';

const sighting: Sighting = {
  tag: 'tag',
  shortId: '0123456789ABCDEFGHJK',
  name: 'Boat',
  kind: 'server',
  port: 3120,
  addresses: ['10.0.0.2'],
  interfaceName: 'lan0',
};

function listen(): { memory: SightingMemory; clock: ManualClock; told: SightingChange[] } {
  const clock = new ManualClock();
  const memory = new SightingMemory(clock);
  const told: SightingChange[] = [];
  memory.subscribe((change) => told.push(change), new AbortController().signal);
  return { memory, clock, told };
}

it('keeps a flood of announcements bounded and the latest of them', () => {
  const { memory } = listen();
  for (let index = 0; index < 10_000; index += 1)
    memory.take({ kind: 'seen', sighting: { ...sighting, tag: `t${index}` } });
  expect(memory.size).toBe(MAX_SIGHTINGS);
  const late: SightingChange[] = [];
  memory.subscribe((change) => late.push(change), new AbortController().signal);
  expect(late.at(-1)).toMatchObject({ sighting: { tag: 't9999' } });
});

it('tells a repeat at most once a second, a change at once, and a goodbye only of who was seen', async () => {
  const { memory, clock, told } = listen();
  memory.take({ kind: 'seen', sighting });
  memory.take({ kind: 'seen', sighting: { ...sighting, interfaceName: 'lan1' } });
  expect(told.length).toBe(1);
  memory.take({ kind: 'seen', sighting: { ...sighting, port: 3121 } });
  expect(told.length).toBe(2);
  await clock.advance(1000);
  memory.take({ kind: 'seen', sighting: { ...sighting, port: 3121 } });
  expect(told.length).toBe(3);
  memory.take({ kind: 'left', tag: 'nobody' });
  memory.take({ kind: 'left', tag: 'tag' });
  expect(told.slice(3)).toEqual([{ kind: 'left', tag: 'tag' }]);
});
