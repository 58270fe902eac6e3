import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeEngine } from '../../bridge/testing/fake-engine.ts';
import { fakeJob, fakeResult } from '../../bridge/testing/fake-values.ts';
import { Failure } from '../../shared/failure.ts';
import { FakeRun } from '../testing/run-with-fake.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ferry-cli-'));
  await writeFile(join(folder, 'a'), 'x');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const done = fakeJob({ state: 'done', result: fakeResult() });

describe('receive', () => {
  function receives(): FakeEngine {
    const engine = new FakeEngine();
    engine.answers['jobs.receive'] = async () => {
      void engine.play(done);
      return engine.putJob(fakeJob({ role: 'destination' }));
    };
    return engine;
  }

  test.each([
    ['FERRY_CODE', { env: { FERRY_CODE: ' CODE ' } }],
    ['stdin', { input: 'CODE\nrest\n' }],
    ['stdin without a line end', { input: 'CODE' }],
  ])('code from %s', async (_name, options) => {
    const run = new FakeRun({ cwd: folder, ...options }, receives());
    expect(await run.run('receive', '-a', 'h:1', 'in', '--json')).toBe(0);
    expect(run.engine.calls[0]).toMatchObject({
      name: 'jobs.receive',
      input: { address: 'h:1', code: 'CODE', into: join(folder, 'in') },
    });
  });

  test('a person is asked, on stderr', async () => {
    const run = new FakeRun({ cwd: folder, tty: true, input: null }, receives());
    const exit = run.run('receive');
    await vi.waitFor(() => expect(run.stderr).toBe('Code: '));
    run.stdin.write('CODE\n');
    expect(await exit).toBe(0);
    expect(run.engine.calls[0]?.input).toMatchObject({ address: null, code: 'CODE', into: folder });
  });

  test('no code: exit 2; a wrong one: exit 3', async () => {
    const none = new FakeRun({ cwd: folder, input: '' });
    expect(await none.run('receive')).toBe(2);
    expect(none.asked).toBeNull();
    const engine = new FakeEngine();
    engine.answers['jobs.receive'] = () => Promise.reject(new Failure('wrong-code'));
    const wrong = new FakeRun({ cwd: folder, input: 'x\n' }, engine);
    expect(await wrong.run('receive', '--json')).toBe(3);
    expect(wrong.lines).toMatchObject([{ kind: 'error', code: 'wrong-code' }]);
  });
});
