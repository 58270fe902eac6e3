import { expect, it } from 'vitest';
import type { JobId } from '../../shared/ids.ts';
import type { CallParts } from './call-parts.ts';
import { createControlCalls } from './control-calls.ts';

const job = 'ab'.repeat(16) as JobId;

it('says that a job is paused, or goes on, once that is written down', async () => {
  const done: string[] = [];
  const view = { job };
  const parts = {
    book: {
      findLive: async () => ({ key: { job }, view }),
      find: async () => view,
      flush: async () => {
        await Promise.resolve();
        done.push('written');
      },
    },
    sending: {
      pause: async (_job: JobId, isPaused: boolean) => {
        done.push(isPaused ? 'paused' : 'resumed');
        return true;
      },
    },
    gate: { release: () => false },
  } as unknown as CallParts;
  const calls = createControlCalls(parts);
  const signal = AbortSignal.timeout(60_000);
  expect(await calls['jobs.pause']({ job }, signal)).toBe(view);
  expect(done.splice(0)).toEqual(['paused', 'written']);
  expect(await calls['jobs.resume']({ job }, signal)).toBe(view);
  expect(done).toEqual(['resumed', 'written']);
});
