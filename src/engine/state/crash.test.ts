import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { createStateClient } from './state-client.ts';
import { makeHeardLog, makeTempHome } from './testing/temp-home.ts';

const WRITER = fileURLToPath(new URL('./testing/write-until-killed.ts', import.meta.url));
const ROUNDS = 6;

let child: ChildProcess | null = null;
afterEach(() => {
  child?.kill('SIGKILL');
});

it('SIGKILL in the middle of writes loses nothing that was answered and leaves a usable database', async () => {
  await using temp = await makeTempHome();
  const { log, events } = makeHeardLog();
  let interrupted = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    child = fork(WRITER, [temp.home.database]);
    let answered = 0;
    child.on('message', (number: number) => {
      answered = number;
    });
    await once(child, 'message');
    await sleep(20 + round * 13);
    child.kill('SIGKILL');
    await once(child, 'exit');

    const state = createStateClient({ home: temp.home, log, repair: true });
    await state.start();
    const jobs = await state.jobs.list(100_000);
    expect(jobs.length).toBeGreaterThanOrEqual(answered);
    interrupted += (await state.jobs.markInterrupted(9)).length;
    await state.stop();
    const database = new DatabaseSync(temp.home.database);
    expect(database.prepare('PRAGMA integrity_check').get()?.integrity_check).toBe('ok');
    // Job and problem were one transaction: never one without the other.
    const lone = 'SELECT count(*) AS n FROM jobs WHERE problem_count = 0';
    expect(database.prepare(lone).get()?.n).toBe(0);
    database.close();
  }
  expect(interrupted).toBeGreaterThan(ROUNDS);
  expect(events.map(({ event }) => event)).not.toContain('state-set-aside');
});
