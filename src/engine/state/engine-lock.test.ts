import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { acquireEngineLock } from './engine-lock.ts';
import { makeTempHome } from './testing/temp-home.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function startHolder(file: string) {
  const child = fork(fileURLToPath(new URL('./testing/hold-lock.ts', import.meta.url)), [file]);
  children.push(child);
  return { child, said: once(child, 'message').then(([message]) => message as string) };
}

it('is held by one, in this process and by others, and can be had again after release', async () => {
  await using temp = await makeTempHome();
  const lock = await acquireEngineLock(temp.home);
  expect(lock).not.toBeNull();
  expect((await stat(temp.home.engineLock)).mode & 0o777).toBe(0o600);
  expect(await acquireEngineLock(temp.home)).toBeNull();

  const other = startHolder(temp.home.engineLock);
  expect(await other.said).toBe('refused');
  // The refused attempts must not have taken the lock from its holder.
  expect(await acquireEngineLock(temp.home)).toBeNull();

  lock?.release();
  lock?.release();
  const again = await acquireEngineLock(temp.home);
  expect(again).not.toBeNull();
  again?.release();
});

it('is freed by SIGKILL', async () => {
  await using temp = await makeTempHome();
  const { child, said } = startHolder(temp.home.engineLock);
  expect(await said).toBe('held');
  expect(await acquireEngineLock(temp.home)).toBeNull();
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = await acquireEngineLock(temp.home);
  expect(lock).not.toBeNull();
  lock?.release();
});

it('is a failure, not a refusal, where the file cannot be a lock', async () => {
  await using temp = await makeTempHome();
  await writeFile(temp.home.engineLock, 'x'.repeat(5_000));
  await expect(acquireEngineLock(temp.home)).rejects.toMatchObject({ code: 'state-unusable' });
  await expect(acquireEngineLock({ engineLock: `${temp.home.path}/no/such` })).rejects.toMatchObject({
    code: 'state-unusable',
  });
});
