import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FakeEngine } from '../../bridge/testing/fake-engine.ts';
import { fakeDevice } from '../../bridge/testing/fake-values.ts';
import type { EngineOptions } from '../../engine/engine-options.ts';
import { Failure } from '../../shared/failure.ts';
import type { EngineDoor, HomePlaces } from '../engine-door.ts';

/** No page sends anything through a fake engine. */
function refuseTicket(): never {
  throw new Failure('no-right');
}

/**
 * An engine room made of {@link FakeEngine}: the lock is a file, the state is the engine last opened.
 * `setUp` lets a test give each new engine its answers.
 */
export function createFakeEngineDoor(
  setUp: (engine: FakeEngine, options: EngineOptions) => void,
): EngineDoor {
  return {
    openEngine: async (options) => {
      const lock = join(options.home, 'lock');
      await writeFile(lock, '', { flag: 'wx' }).catch((error: unknown) => {
        throw new Failure('home-in-use', { subject: options.home }, error);
      });
      const engine = Object.assign(new FakeEngine(), { attachPage: refuseTicket });
      engine.device = fakeDevice({
        name: options.name ?? 'quiet otter',
        port: options.port === 0 ? 40_001 : (options.port ?? 3120),
        inbox: options.inbox ?? '/inbox',
      });
      setUp(engine, options);
      const stop = engine.stop.bind(engine);
      engine.stop = async (failure) => {
        await rm(lock, { force: true });
        await stop(failure);
      };
      return engine;
    },
    openStateOnly: () => Promise.resolve(new FakeEngine()),
    resolveHome: (env): HomePlaces => {
      const home = env['FERRY_HOME'] ?? '';
      return { home, inbox: join(home, 'inbox'), controlSocketPath: join(home, 'control', 's') };
    },
    createLog: () => ({ log: () => undefined, close: () => Promise.resolve() }),
  };
}
