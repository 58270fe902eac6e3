import type { FaultRow } from './fault-row.ts';
import type { FaultStage } from './fault-stage.ts';
import { violated } from './invariants.ts';

const MIB = 1 << 20;

/** K1: a clock that is wrong, on either side. Trust has no dates, and time-outs run by another clock. */
async function wrongClock(stage: FaultStage): Promise<void> {
  for (const when of ['1970-06-01 12:00:00', '2036-06-01 12:00:00']) {
    const world = await stage.world({ bob: { by: ['faketime', '-f', `@${when}`] } });
    await world.copied(world.tree(`tree ${when.slice(0, 4)}`, { bigBytes: 4 * MIB }));
    stage.attempt();
  }
}

/** R1: one peer with many jobs does not starve another. */
async function noisyPeer(stage: FaultStage): Promise<void> {
  const world = await stage.world();
  const carl = await world.world.serving('carl');
  await carl.pairWith(world.bob);
  const quiet = world.tree('quiet', { bigBytes: 48 * MIB });
  const alone = Number((await world.send(quiet)).result?.['seconds']);
  const noise = Array.from({ length: 12 }, (_, index) =>
    world.tree(`noise ${index}`, { bigBytes: 40 * MIB }),
  );
  await carl.run(['send', ...noise, '--to', 'bob', '--background']);
  for (const path of noise)
    await carl.run(['send', path, '--to', 'bob', '--background', '--on-conflict', 'keep-both']);
  const beside = await world.send(quiet, '--on-conflict', 'keep-both', '--checksum');
  stage.attempt(noise.length);
  const seconds = Number(beside.result?.['seconds']);
  stage.note(`alone ${alone.toFixed(1)} s, beside the flood ${seconds.toFixed(1)} s`);
  if (beside.code !== 0) throw violated('I3', beside.stdout.slice(-400));
  for (const line of (await carl.run(['jobs'])).lines)
    await carl.run(['cancel', String(line['job']), '--keep', 'nothing']);
}

export const OTHER_ROWS: readonly FaultRow[] = [
  {
    id: 'K1',
    name: 'clocks',
    how: 'faketime, 1970 and 2036',
    needs: ['faketime'],
    floor: { full: 2, reduced: 0 },
    run: wrongClock,
  },
  {
    id: 'R1',
    name: 'noisy peer',
    how: 'a third device orders twelve copies at once',
    needs: ['network-namespaces'],
    floor: { full: 12, reduced: 0 },
    run: noisyPeer,
  },
];
