import { createStateClient } from '../state-client.ts';
import { SELF, sampleJob, sampleJobId } from './sample-records.ts';

/** Child of crash.test: writes jobs with problems and says each number only once it is on disk, until killed. */
const state = createStateClient({
  home: { database: process.argv[2] ?? '' },
  log: () => undefined,
  repair: true,
});
await state.start();
for (let number = 1; ; number += 1) {
  const job = sampleJobId(`${number}f`);
  await Promise.all([
    state.jobs.put(sampleJob(`${number}f`)),
    state.problems.add({ orderer: SELF, job }, [{ path: 'x'.repeat(2_000), code: 'unreadable' }]),
  ]);
  process.send?.(number);
}
