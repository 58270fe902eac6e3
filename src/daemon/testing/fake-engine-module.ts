import { setTimeout as delay } from 'node:timers/promises';
import { fakeJob, fakePeer, fakeProgress, fakeResult } from '../../bridge/testing/fake-values.ts';
import { createFakeEngineDoor } from './fake-engine-door.ts';

/** Stands in for `src/engine/index.ts` in processes that a test spawns; see use-fake-engine.ts. */
const door = createFakeEngineDoor((engine) => {
  engine.putPeer(fakePeer());
  engine.answers['jobs.send'] = async () => {
    const job = engine.putJob(fakeJob({ state: 'running', progress: fakeProgress({ files: 1 }) }));
    void delay(50).then(() => engine.putJob({ ...job, state: 'done', result: fakeResult() }));
    return [job];
  };
  // nobody comes for it
  engine.answers['jobs.sendWithCode'] = async () => ({
    job: engine.putJob(fakeJob({ state: 'waiting', waitingFor: 'peer', peer: null })),
    code: '0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV',
    addresses: ['127.0.0.1:40001'],
    expires: 0,
  });
});

export const { openEngine, openStateOnly, resolveHome, createLog } = door;
