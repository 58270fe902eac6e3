import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Failure } from '../../shared/failure.ts';
import { createFileLog, LOG_FILES } from './log.ts';
import { MAX_LOG_LINE_LENGTH, toLogLine } from './log-line.ts';
import { makeTempHome } from './testing/temp-home.ts';

async function linesOf(path: string): Promise<Record<string, unknown>[]> {
  const content = await readFile(path, 'utf8');
  return content
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

it('writes JSON lines up to its level, in order, into a private file, and mirrors by another level', async () => {
  await using temp = await makeTempHome();
  const mirrored: string[] = [];
  const { log, close } = createFileLog({
    folder: temp.home.logs,
    level: 'info',
    mirror: { level: 'error', write: (line) => void mirrored.push(line) },
  });
  log('info', 'one', { count: 1 });
  log('debug', 'not kept');
  log('error', 'two', { failure: new Failure('io', { reason: 'EIO' }), big: 1n });
  await close();
  const file = join(temp.home.logs, 'ferry.log');
  expect(await linesOf(file)).toMatchObject([
    { level: 'info', event: 'one', count: 1 },
    { level: 'error', event: 'two', failure: { code: 'io', reason: 'EIO' }, big: '1' },
  ]);
  expect(mirrored).toHaveLength(1);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  log('error', 'after close');
  expect(mirrored).toHaveLength(2);
  await close();
});

it('goes on in the file of the start before', async () => {
  await using temp = await makeTempHome();
  for (const event of ['first', 'second']) {
    const { log, close } = createFileLog({ folder: temp.home.logs, level: 'info', mirror: null });
    log('info', event);
    await close();
  }
  expect((await linesOf(join(temp.home.logs, 'ferry.log'))).map((line) => line.event)).toEqual([
    'first',
    'second',
  ]);
});

it('rotates by size and keeps the newest files only', async () => {
  await using temp = await makeTempHome();
  const maxFileBytes = 2_000;
  const { log, flush, close } = createFileLog({
    folder: temp.home.logs,
    level: 'info',
    mirror: null,
    maxFileBytes,
  });
  for (let number = 0; number < 200; number += 1) {
    log('info', 'filling', { number, pad: 'p'.repeat(50) });
    if (number % 7 === 0) await flush();
  }
  await close();
  const names = (await readdir(temp.home.logs)).sort();
  expect(names).toEqual(['ferry.1.log', 'ferry.2.log', 'ferry.3.log', 'ferry.4.log', 'ferry.log']);
  expect(names).toHaveLength(LOG_FILES);
  const oldestFirst = [...names.slice(0, 4).reverse(), 'ferry.log'];
  const numbers: number[] = [];
  for (const name of oldestFirst) {
    expect((await stat(join(temp.home.logs, name))).size).toBeLessThanOrEqual(maxFileBytes);
    for (const line of await linesOf(join(temp.home.logs, name))) numbers.push(line.number as number);
  }
  const first = numbers[0] ?? -1;
  expect(numbers).toEqual(Array.from({ length: 200 - first }, (_, index) => first + index));
});

it('survives a folder that is gone and says how much was lost', async () => {
  await using temp = await makeTempHome();
  const folder = join(temp.home.path, 'gone');
  const { log, flush, close } = createFileLog({ folder, level: 'info', mirror: null });
  log('info', 'lost one');
  await flush();
  log('info', 'lost two');
  await flush();
  await mkdir(folder);
  log('info', 'kept');
  await close();
  expect(await linesOf(join(folder, 'ferry.log'))).toMatchObject([
    { event: 'log-lines-lost', lines: 2 },
    { event: 'kept' },
  ]);
  await rm(folder, { recursive: true });
});

it('never throws on what it is given and bounds a line', () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  expect(JSON.parse(toLogLine(0, 'info', 'e', circle))).toMatchObject({ event: 'e', unwritable: true });
  const long = toLogLine(0, 'info', 'e', { name: '\n"é'.repeat(100_000) });
  expect(long.length).toBeLessThan(MAX_LOG_LINE_LENGTH);
  expect(long.indexOf('\n')).toBe(long.length - 1);
  expect(JSON.parse(toLogLine(0, 'warn', 'real', { event: 'forged', level: 'x' }))).toMatchObject({
    event: 'real',
    level: 'warn',
  });
});
