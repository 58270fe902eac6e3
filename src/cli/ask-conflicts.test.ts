import { describe, expect, test, vi } from 'vitest';
import { FakeEngine } from '../bridge/testing/fake-engine.ts';
import { fakeJob, fakeJobId } from '../bridge/testing/fake-values.ts';
import type { Clash, ConflictQuestion, JobView } from '../shared/job.ts';
import { FakeRun } from './testing/run-with-fake.ts';

function clash(path: string): Clash {
  const side = { type: 'file', bytes: 1, mtimeMs: 1 } as const;
  return { path, theirs: side, ours: side };
}

function ask(count: number, more: Partial<ConflictQuestion> = {}): JobView {
  const clashes = Array.from({ length: Math.min(count, 100) }, (_, at) => clash(`name-${at}`));
  return fakeJob({
    job: fakeJobId('5'),
    role: 'destination',
    state: 'running',
    question: { count, complete: true, clashes, ...more },
  });
}

/** Watches a job that asks, with an engine that remembers the answer and goes on. */
function watch(job: JobView, options: ConstructorParameters<typeof FakeRun>[0]) {
  const engine = new FakeEngine();
  engine.putJob(job);
  engine.answers['jobs.answer'] = () => {
    const answered = { ...job, question: null };
    engine.putJob(answered);
    return Promise.resolve(answered);
  };
  const run = new FakeRun(options, engine);
  const exit = run.run('wait', '5');
  const answers = () => engine.calls.filter(({ name }) => name === 'jobs.answer').map(({ input }) => input);
  return { engine, run, exit, answers };
}

describe('a person who watches a job that asks', () => {
  test.each([
    ['k', 'keep-both'],
    ['r', 'replace'],
    ['N', 'newer'],
    ['skip', 'skip'],
  ])('%s is %s, asked once for the whole job', async (typed, policy) => {
    const { engine, run, exit, answers } = watch(ask(7, { complete: false }), { tty: true, input: null });
    await vi.waitFor(() => expect(run.stderr).toContain('[k]eep both'));
    expect(run.stderr).toContain('at least 7 names are taken by something else here:\n  name-0\n');
    expect(run.stderr).toContain('  name-4\n  and 2 more\n');
    // An answer that is none is asked for again, and a question that grows meanwhile is the same one.
    run.stdin.write('what\n');
    engine.putJob(ask(9));
    run.stdin.write(`${typed}\n`);
    await vi.waitFor(() => expect(answers()).toEqual([{ job: fakeJobId('5'), policy, choices: [] }]));
    engine.putJob(ask(3));
    run.interrupt();
    expect(await exit).toBe(130);
    expect(answers()).toHaveLength(1);
  });

  test('somebody else answers first: the question goes away', async () => {
    const job = ask(1);
    const { engine, run, exit, answers } = watch(job, { tty: true, input: null });
    await vi.waitFor(() => expect(run.stderr).toContain('1 name is taken'));
    engine.putJob({ ...job, question: null });
    await vi.waitFor(() => expect(run.stdin.isPaused()).toBe(true));
    run.interrupt();
    expect(await exit).toBe(130);
    expect(answers()).toEqual([]);
  });

  test('names are escaped', async () => {
    const job = ask(1, { clashes: [clash('a\u001b[2Jb')] });
    const { run, exit } = watch(job, { tty: true, input: null });
    await vi.waitFor(() => expect(run.stderr).toContain('[k]eep both'));
    expect(run.stderr).not.toContain('\u001b[2J');
    run.interrupt();
    await exit;
  });

  test('who has no keyboard, or is the source, is not asked', async () => {
    for (const [job, tty] of [
      [ask(1), false],
      [{ ...ask(1), role: 'source' as const }, true],
    ] as const) {
      const { run, exit, answers } = watch(job, { tty, input: null });
      await vi.waitFor(() => expect(run.stdout).not.toBe(''));
      run.interrupt();
      expect(await exit).toBe(130);
      expect(run.stderr).not.toContain('[k]eep both');
      expect(answers()).toEqual([]);
    }
  });
});

describe('the policy of an order', () => {
  test.each([
    [true, [], 'ask'],
    [false, [], 'fail'],
    [true, ['--json'], 'fail'],
    [false, ['--on-conflict', 'ask'], 'fail'],
    [true, ['--on-conflict', 'newer'], 'newer'],
    [false, ['--on-conflict', 'skip'], 'skip'],
  ])('on a terminal %s, %j: %s', async (tty, flags, onConflict) => {
    for (const command of [
      ['send', '/', '--to', 'a'],
      ['receive', '-a', 'h:1'],
    ]) {
      const run = new FakeRun({ tty, env: { FERRY_CODE: 'code' } });
      await run.run(...command, ...flags);
      expect(run.engine.calls[0]?.input).toMatchObject({ options: { onConflict } });
    }
  });
});
