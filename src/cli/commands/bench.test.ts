import { expect, test } from 'vitest';
import { FakeEngine } from '../../bridge/testing/fake-engine.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { NetworkTestView } from '../../shared/network-test.ts';
import { FakeRun } from '../testing/run-with-fake.ts';

const RUNNING: NetworkTestView = {
  test: 'ab12',
  peer: { id: 'cd'.repeat(32) as DeviceId, name: 'de\u001b[2Jsk' },
  state: 'running',
  steps: [
    { streams: 1, bytesPerSecond: null },
    { streams: 2, bytesPerSecond: null },
  ],
  series: { startMs: 0, stepMs: 100, values: [] },
  best: null,
  bytesPerSecond: null,
  failure: null,
};
const DONE: NetworkTestView = {
  ...RUNNING,
  state: 'done',
  steps: [
    { streams: 1, bytesPerSecond: 100e6 },
    { streams: 2, bytesPerSecond: 200e6 },
  ],
  best: 2,
  bytesPerSecond: 200e6,
};

/** An engine whose test ends as `end` a moment after it began. */
function engineThatEnds(end: NetworkTestView): FakeEngine {
  const engine = new FakeEngine();
  engine.answers['network.test'] = () => {
    setTimeout(() => engine.putNetworkTest(end), 5);
    return Promise.resolve(engine.putNetworkTest(RUNNING));
  };
  engine.answers['network.stopTest'] = () => Promise.resolve(RUNNING);
  return engine;
}

test('one JSON line with every step and the choice', async () => {
  const run = new FakeRun({}, engineThatEnds(DONE));
  expect(await run.run('bench', 'desk', '--seconds', '0.5', '--json')).toBe(0);
  expect(run.lines).toEqual([
    {
      kind: 'bench',
      streams: [
        { n: 1, bytesPerSecond: 100e6 },
        { n: 2, bytesPerSecond: 200e6 },
      ],
      best: 2,
      bytesPerSecond: 200e6,
    },
  ]);
  expect(run.engine.calls[0]).toEqual({ name: 'network.test', input: { peer: 'desk', secondsPerStep: 0.5 } });
});

test('a table for people, where it saturates, and no escape of the name', async () => {
  const run = new FakeRun({}, engineThatEnds(DONE));
  expect(await run.run('bench', 'desk')).toBe(0);
  expect(run.stdout).toMatch(/1\s+100 MB\/s\s+━{15}\n/);
  expect(run.stdout).toMatch(/2\s+200 MB\/s\s+━{30}\n/);
  expect(run.stdout).toContain('Saturated with 2 streams at 200 MB/s');
  expect(run.stdout).not.toContain('\u001b[2J');
});

test('a test that fails ends with its failure', async () => {
  const failed: NetworkTestView = { ...RUNNING, state: 'failed', failure: { code: 'unreachable' } };
  const run = new FakeRun({}, engineThatEnds(failed));
  expect(await run.run('bench', 'desk', '--json')).toBe(4);
  expect(run.lines).toMatchObject([{ kind: 'error', code: 'unreachable' }]);
});

test('Ctrl-C ends the test in an engine that stays', async () => {
  const engine = engineThatEnds(RUNNING);
  const run = new FakeRun({}, engine);
  const exit = run.run('bench', 'desk', '--json');
  while (engine.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await new Promise((resolve) => setTimeout(resolve, 20));
  run.interrupt();
  expect(await exit).toBe(130);
  expect(engine.calls.at(-1)).toEqual({ name: 'network.stopTest', input: { test: 'ab12' } });
});

test.each(['0', '-1', 'x', '61'])('--seconds %s is wrong usage', async (seconds) => {
  const run = new FakeRun({}, engineThatEnds(DONE));
  expect(await run.run('bench', 'desk', `--seconds=${seconds}`, '--json')).toBe(2);
});
