import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeEngine } from '../../bridge/testing/fake-engine.ts';
import { fakeJob, fakeJobId, fakeProgress, fakeResult } from '../../bridge/testing/fake-values.ts';
import { Failure } from '../../shared/failure.ts';
import type { JobView } from '../../shared/job.ts';
import { FakeRun } from '../testing/run-with-fake.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ferry-cli-'));
  await writeFile(join(folder, 'a'), 'x');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const running = fakeJob({ state: 'running', progress: fakeProgress({ files: 5 }) });
const done = fakeJob({ state: 'done', result: fakeResult() });

function sends(...views: readonly JobView[]): FakeEngine {
  const engine = new FakeEngine();
  engine.answers['jobs.send'] = async () => {
    void engine.play(...views);
    return [engine.putJob(fakeJob())];
  };
  return engine;
}

describe('send', () => {
  test('progress lines, then the result, exit 0', async () => {
    const run = new FakeRun({ cwd: folder }, sends(running, done));
    expect(await run.run('send', 'a', '--to', 'heron', '--json', '--port', '4001', '--limit', '1MB/s')).toBe(
      0,
    );
    expect(run.lines.at(-1)).toMatchObject({ kind: 'result', state: 'done', verified: true });
    expect(new Set(run.lines.slice(0, -1).map(({ kind }) => kind))).toEqual(new Set(['progress']));
    expect(run.lines.some(({ state }) => state === 'running')).toBe(true);
    expect(run.engine.calls[0]).toMatchObject({
      name: 'jobs.send',
      input: {
        paths: [join(folder, 'a')],
        to: ['heron'],
        options: { limitBytesPerSecond: 1e6, onConflict: 'fail' },
      },
    });
    expect(run.asked).toMatchObject({
      way: 'attachOrHost',
      options: { engine: { port: 4001, accept: 'none' } },
    });
    expect(run.closed).toBe(1);
    expect(run.stderr).toBe('');
  });

  test('a person sees a summary', async () => {
    const run = new FakeRun({ cwd: folder }, sends(running, done));
    expect(await run.run('send', 'a', '--to', 'heron')).toBe(0);
    expect(run.stdout).toContain('Done: 10 files');
  });

  test('a terminal shows a line in place, and colours only without NO_COLOR', async () => {
    const run = new FakeRun({ cwd: folder, tty: true, env: { NO_COLOR: '1' } }, sends(running, done));
    expect(await run.run('send', 'a', '--to', 'heron')).toBe(0);
    expect(run.stdout).toContain('\r\u001b[2K');
    expect(run.stdout).not.toContain('\u001b[1m');
    expect(run.stdout.endsWith('What moved was verified.\n')).toBe(true);
  });

  test('a failed job tells why and exits with its code', async () => {
    const result = fakeResult({ state: 'failed', failure: { code: 'no-space', subject: '/in' } });
    const run = new FakeRun({ cwd: folder }, sends(fakeJob({ state: 'failed', result })));
    expect(await run.run('send', 'a', '--to', 'heron', '--json')).toBe(5);
    expect(run.lines.slice(-2)).toMatchObject([
      { kind: 'error', code: 'no-space', path: '/in' },
      { kind: 'result', state: 'failed' },
    ]);
  });

  test.each([
    ['partial', 1],
    ['cancelled', 8],
  ] as const)('%s exits %d', async (state, exit) => {
    const run = new FakeRun({ cwd: folder }, sends(fakeJob({ state, result: fakeResult({ state }) })));
    expect(await run.run('send', 'a', '--to', 'heron', '--json')).toBe(exit);
  });

  test('several peers: one result each, the gravest exit', async () => {
    const engine = new FakeEngine();
    const lost = fakeJob({ job: fakeJobId('3') });
    engine.answers['jobs.send'] = async () => {
      const failure = { code: 'integrity' as const };
      const result = fakeResult({ state: 'failed', failure });
      void engine.play(done, { ...lost, state: 'failed', result });
      return [engine.putJob(fakeJob()), engine.putJob(lost)];
    };
    const run = new FakeRun({ cwd: folder }, engine);
    expect(await run.run('send', 'a', '--to', 'x,y', '--to', 'x', '--json')).toBe(6);
    expect(run.lines.filter(({ kind }) => kind === 'result')).toHaveLength(2);
    expect(run.engine.calls[0]?.input).toMatchObject({ to: ['x', 'y'] });
  });

  test('no such path: exit 2 before an engine is opened', async () => {
    const run = new FakeRun({ cwd: folder });
    expect(await run.run('send', 'none', '--to', 'x', '--json')).toBe(2);
    expect(run.lines).toEqual([
      {
        kind: 'error',
        code: 'no-such-path',
        message: 'no such file or folder: none. Check the path.',
        path: 'none',
      },
    ]);
    expect(run.asked).toBeNull();
    const below = new FakeRun({ cwd: folder });
    expect(await below.run('send', 'a/b')).toBe(2);
  });

  test('unknown peer: exit 4, one line', async () => {
    const engine = new FakeEngine();
    engine.answers['jobs.send'] = () =>
      Promise.reject(new Failure('unknown-peer', { subject: 'bob\u001b[2J' }));
    const run = new FakeRun({ cwd: folder }, engine);
    expect(await run.run('send', 'a', '--to', 'bob')).toBe(4);
    expect(run.stderr).toBe('ferry: no such peer: bob\\x1b[2J. `ferry peers` lists those that are known.\n');
    expect(run.closed).toBe(1);
  });

  test('a stack only with --verbose', async () => {
    const engine = new FakeEngine();
    engine.answers['jobs.send'] = () => Promise.reject(new Error('boom'));
    const quiet = new FakeRun({ cwd: folder }, engine);
    expect(await quiet.run('send', 'a', '--to', 'x')).toBe(7);
    expect(quiet.stderr.split('\n')).toHaveLength(2);
    const verbose = new FakeRun({ cwd: folder }, engine);
    await verbose.run('send', 'a', '--to', 'x', '--verbose');
    expect(verbose.stderr).toContain('at ');
  });

  test('a peer that is gone too long: exit 4, the job kept', async () => {
    const gone = fakeJob({ state: 'waiting', waitingFor: 'peer' });
    for (const hosting of [true, false]) {
      const run = new FakeRun({ cwd: folder, hosting }, sends(running, gone));
      expect(await run.run('send', 'a', '--to', 'x', '--patience', '0.05', '--json')).toBe(4);
      expect(run.lines.at(-1)).toMatchObject({ kind: 'error', code: 'peer-gone' });
      expect(run.engine.calls.some(({ name }) => name === 'jobs.interrupt')).toBe(hosting);
      expect(run.engine.calls.some(({ name }) => name === 'jobs.cancel')).toBe(false);
    }
  });

  test('a peer that comes back in time is waited for', async () => {
    const gone = fakeJob({ state: 'waiting', waitingFor: 'peer' });
    const engine = sends(running, gone, running);
    setTimeout(() => engine.putJob(done), 250);
    const run = new FakeRun({ cwd: folder }, engine);
    expect(await run.run('send', 'a', '--to', 'x', '--patience', '0.1', '--json')).toBe(0);
  });

  test('Ctrl-C stops the job, says how to go on, exits 130', async () => {
    const run = new FakeRun({ cwd: folder, hosting: true }, sends(running));
    const exit = run.run('send', 'a', '--to', 'x');
    await vi.waitFor(() => expect(run.stdout).toContain('of 10 files'));
    run.interrupt();
    expect(await exit).toBe(130);
    expect(run.engine.calls.at(-1)).toMatchObject({ name: 'jobs.interrupt', input: { job: fakeJobId('1') } });
    expect(run.stderr).toContain('Run the same command again');
    expect(run.closed).toBe(1);
  });

  test('the engine ending under it is a failure', async () => {
    const engine = sends(running);
    engine.answers['jobs.wait'] = () =>
      Promise.reject(new Failure('interrupted', { reason: 'engine ended' }));
    const run = new FakeRun({ cwd: folder }, engine);
    expect(await run.run('send', 'a', '--to', 'x')).toBe(7);
  });

  test('with a code: waits for one receiver as long as it takes', async () => {
    const engine = new FakeEngine();
    engine.answers['jobs.sendWithCode'] = async () => {
      setTimeout(() => engine.putJob(done), 150);
      const job = engine.putJob(fakeJob({ state: 'waiting', waitingFor: 'peer', peer: null }));
      return { job, code: 'AAAA-BBBB', addresses: ['h:1'], expires: 0 };
    };
    const run = new FakeRun({ cwd: folder }, engine);
    expect(await run.run('send', 'a', '--json', '--patience', '0.02')).toBe(0);
    expect(run.lines[0]).toEqual({ kind: 'waiting', addresses: ['h:1'], code: 'AAAA-BBBB' });
  });

  test('in the background: the job, and only with an engine that runs', async () => {
    const run = new FakeRun({ cwd: folder }, sends());
    expect(await run.run('send', 'a', '--to', 'x', '--background', '--json')).toBe(0);
    expect(run.lines).toMatchObject([{ kind: 'job', job: fakeJobId('1') }]);
    expect(run.asked?.way).toBe('attach');
    const alone = new FakeRun({ cwd: folder, alone: true });
    expect(await alone.run('send', 'a', '--to', 'x', '--background')).toBe(2);
    expect(alone.stderr).toContain('ferry serve');
  });

  test('a reader that went does not stop the job', async () => {
    const run = new FakeRun({ cwd: folder }, sends(running, done));
    run.closeOutput();
    expect(await run.run('send', 'a', '--to', 'x', '--json')).toBe(0);
    expect(run.stdout).toBe('');
  });
});
