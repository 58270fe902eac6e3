import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeEngine } from '../../bridge/testing/fake-engine.ts';
import {
  fakeDeviceId,
  fakeJob,
  fakeJobId,
  fakeOffer,
  fakeProgress,
  fakeResult,
} from '../../bridge/testing/fake-values.ts';
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

describe('offers and jobs', () => {
  test('offers, accept, decline', async () => {
    const engine = new FakeEngine();
    engine.putOffer(fakeOffer());
    engine.answers['offers.accept'] = () => Promise.resolve(fakeJob());
    engine.answers['offers.decline'] = () => Promise.resolve(fakeOffer());
    const list = new FakeRun({}, engine);
    expect(await list.run('offers')).toBe(0);
    expect(list.stdout).toContain('brave heron offers photos (10 files, 1.0 MB): `ferry accept 22222222`');
    expect(list.asked?.options.answersOffers).toBe(false);
    const accept = new FakeRun({ cwd: folder }, engine);
    expect(await accept.run('accept', '22', '--into', 'x', '--always', '--json')).toBe(0);
    expect(engine.calls.at(-1)?.input).toEqual({
      job: '22',
      into: join(folder, 'x'),
      always: { maxBytes: null },
      onConflict: null,
    });
    expect(await new FakeRun({}, engine).run('decline', '22')).toBe(0);
    const watch = new FakeRun({}, engine);
    const exit = watch.run('offers', '--watch', '--json');
    await vi.waitFor(() => expect(watch.lines).toHaveLength(1));
    expect(watch.asked?.options.answersOffers).toBe(true);
    watch.interrupt();
    expect(await exit).toBe(130);
  });

  test('jobs, status, cancel', async () => {
    const engine = new FakeEngine();
    engine.putJob({ ...running, job: fakeJobId('5'), parts: ['/in/.part'] });
    engine.putJob(done);
    engine.answers['jobs.cancel'] = () => Promise.resolve({ ...running, state: 'cancelled' });
    const jobs = new FakeRun({}, engine);
    expect(await jobs.run('jobs', '--json')).toBe(0);
    expect(jobs.lines).toMatchObject([
      { kind: 'job', parts: ['/in/.part'] },
      { kind: 'job', state: 'done' },
    ]);
    expect(jobs.asked?.way).toBe('attachOrState');
    const going = new FakeRun({}, engine);
    expect(await going.run('status', '5', '--json')).toBe(0);
    expect(going.lines).toMatchObject([{ kind: 'progress', files: 5 }]);
    const ended = new FakeRun({}, engine);
    expect(await ended.run('status', '1', '--json')).toBe(0);
    expect(ended.lines).toMatchObject([{ kind: 'result', state: 'done' }]);
    const unknown = new FakeRun({}, engine);
    expect(await unknown.run('status', '9', '--json')).toBe(8);
    const cancel = new FakeRun({}, engine);
    expect(await cancel.run('cancel', '5')).toBe(0);
    expect(cancel.stdout).toBe('Cancelled job 11111111.\n');
  });

  test('a refused order says by whom and why, and who ordered it', async () => {
    const engine = new FakeEngine();
    const failure = { code: 'no-right', subject: 'anna:box', reason: 'read' } as const;
    const orderedBy = { id: fakeDeviceId('c'), name: 'cara' };
    engine.putJob(
      fakeJob({
        state: 'failed',
        between: { source: null, destination: null, orderedBy },
        result: fakeResult({ state: 'failed', failure }),
      }),
    );
    const status = new FakeRun({}, engine);
    expect(await status.run('status', '1')).toBe(0);
    expect(status.stdout).toContain(
      'no right to do that: anna:box (read). On the device that says no, `ferry',
    );
    const json = new FakeRun({}, engine);
    expect(await json.run('status', '1', '--json')).toBe(0);
    expect(json.lines).toMatchObject([{ kind: 'result', state: 'failed', failure: { code: 'no-right' } }]);
    const jobs = new FakeRun({}, engine);
    expect(await jobs.run('jobs')).toBe(0);
    expect(jobs.stdout).toContain('within this device, ordered by cara');
  });

  test('a wait says which devices an order waits for', async () => {
    const engine = new FakeEngine();
    const [source, destination] = [
      { id: fakeDeviceId('a'), name: 'anna' },
      { id: fakeDeviceId('b'), name: 'bert' },
    ];
    const between = { source, destination, orderedBy: null };
    engine.putJob(
      fakeJob({ state: 'waiting', waitingFor: 'peer', role: 'orderer', peer: destination, between }),
    );
    const status = new FakeRun({}, engine);
    expect(await status.run('status', '1')).toBe(0);
    expect(status.stdout).toContain('waiting for anna or bert');
  });

  test('a copy within this device waits for nobody', async () => {
    const engine = new FakeEngine();
    const between = { source: null, destination: null, orderedBy: null };
    engine.putJob(
      fakeJob({ state: 'waiting', waitingFor: 'peer', role: 'destination', peer: null, between }),
    );
    const status = new FakeRun({}, engine);
    expect(await status.run('status', '1')).toBe(0);
    expect(status.stdout).toMatch(/stopped.*goes on with the same command/);
  });

  test('wait ends with the result and its exit code, and never stops the job', async () => {
    const engine = new FakeEngine();
    engine.putJob(fakeJob({ state: 'partial', result: fakeResult({ state: 'partial' }) }));
    const ended = new FakeRun({}, engine);
    expect(await ended.run('wait', '1', '--json')).toBe(1);
    expect(ended.lines).toMatchObject([{ kind: 'result' }]);
    expect(ended.asked?.way).toBe('attachOrState');
    engine.putJob(running);
    const going = new FakeRun({}, engine);
    const exit = going.run('wait', '1');
    await vi.waitFor(() => expect(going.asked?.way).toBe('attachOrHost'));
    await vi.waitFor(() => expect(going.stdout).toContain('files'));
    going.interrupt();
    expect(await exit).toBe(130);
    expect(going.stderr).toContain('the job goes on');
    expect(engine.calls.some(({ name }) => name === 'jobs.interrupt')).toBe(false);
  });
});

describe('steering a job', () => {
  test('pause and resume say how it is', async () => {
    const engine = new FakeEngine();
    engine.answers['jobs.pause'] = () =>
      Promise.resolve({ ...running, state: 'waiting', waitingFor: 'paused' });
    engine.answers['jobs.resume'] = () => Promise.resolve(running);
    const pause = new FakeRun({}, engine);
    expect(await pause.run('pause', '1')).toBe(0);
    expect(pause.stdout).toBe('Paused job 11111111; `ferry resume 11111111` goes on with it.\n');
    const resume = new FakeRun({}, engine);
    expect(await resume.run('resume', '1', '--json')).toBe(0);
    expect(resume.lines).toMatchObject([{ kind: 'progress', state: 'running' }]);
    expect(engine.calls.map(({ name, input }) => [name, input])).toEqual([
      ['jobs.pause', { job: '1' }],
      ['jobs.resume', { job: '1' }],
    ]);
    const nobody = new FakeRun({ alone: true }, engine);
    expect(await nobody.run('pause', '1')).toBe(2);
  });

  test.each([
    [['cancel', '1'], 'parts', 'Cancelled job 11111111.'],
    [['cancel', '1', '--keep', 'nothing'], 'nothing', 'Cancelled job 11111111.'],
    [['jobs', 'finish', '1'], 'arrived', 'Ended job 11111111: what had arrived whole is in its place.'],
  ])('%j keeps %s', async (argv, keep, said) => {
    const engine = new FakeEngine();
    engine.answers['jobs.cancel'] = () => Promise.resolve({ ...running, state: 'cancelled' });
    const run = new FakeRun({}, engine);
    expect(await run.run(...argv)).toBe(0);
    expect(run.stdout).toBe(`${said}\n`);
    expect(engine.calls.at(-1)).toEqual({ name: 'jobs.cancel', input: { job: '1', keep } });
  });
});
