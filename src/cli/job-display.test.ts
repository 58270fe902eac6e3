import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { fakeJob } from '../bridge/testing/fake-values.ts';
import { NO_PROGRESS } from '../shared/job.ts';
import { JobDisplay } from './job-display.ts';
import { Output } from './output.ts';

function open() {
  const stdout = new PassThrough();
  const { signal } = new AbortController();
  const streams = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
  const terminal = { ...streams, env: {}, cwd: '/', interrupt: signal, outputGone: signal };
  let nowMs = 0;
  const display = new JobDisplay(new Output(terminal, true, false), [], false, () => nowMs);
  const after = (ms: number, bytes: number) => {
    nowMs += ms;
    display.update(fakeJob({ state: 'running', progress: { ...NO_PROGRESS, bytes } }));
  };
  const told = () => {
    const lines = String(stdout.read() ?? '')
      .split('\n')
      .filter(Boolean);
    return lines.map((line) => (JSON.parse(line) as { bytes: number }).bytes);
  };
  return { after, told };
}

it('tells the first content at once, and more of it in its rhythm', () => {
  const { after, told } = open();
  after(0, 0);
  after(100, 0);
  after(100, 5);
  expect(told()).toEqual([0, 5]);
  after(100, 6);
  expect(told()).toEqual([]);
  after(500, 7);
  expect(told()).toEqual([7]);
});
