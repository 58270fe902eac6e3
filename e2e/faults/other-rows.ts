import type { FaultRow } from './fault-row.ts';
import type { FaultStage } from './fault-stage.ts';
import { violated } from './invariants.ts';

const MIB = 1 << 20;
const QUIET_BYTES = 80 * MIB;
/** A loaded machine takes its time to begin. */
const SLACK_S = 2;

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
  const timed = async (name: string) => {
    const run = await world.send(world.tree(name, { bigBytes: QUIET_BYTES }), '--limit', '40MB/s');
    if (run.code !== 0) throw violated('I3', run.stdout.slice(-400));
    world.expect(world.path('source', name));
    return Number(run.result?.['seconds']);
  };
  const alone = await timed('alone');
  // At its own limit each takes longer than all that is measured here.
  for (let index = 0; index < stage.wanted; index += 1) {
    const noise = world.tree(`noise ${index}`, { files: 10, bigBytes: 16 * MIB });
    const order = ['send', noise, '--to', 'bob', '--background', '--limit', '1MB/s'];
    const { code, stdout } = await carl.run(order);
    if (code !== 0) throw violated('I3', stdout.slice(-400));
  }
  const beside = await timed('beside');
  const { lines } = await carl.run(['jobs']);
  const open = lines.filter(({ state }) => state !== 'done');
  stage.attempt(open.length);
  stage.note(`alone ${alone.toFixed(1)} s, beside the others ${beside.toFixed(1)} s`);
  if (beside > 2 * alone + SLACK_S) throw violated('R1', `${alone} s alone, ${beside} s beside the flood`);
  for (const { job } of open) await carl.run(['cancel', String(job), '--keep', 'nothing']);
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
    how: 'a third device orders twelve copies at once, each slow; a copy beside them has at least half the rate that it has alone',
    needs: ['network-namespaces'],
    floor: { full: 12, reduced: 0 },
    run: noisyPeer,
  },
];
