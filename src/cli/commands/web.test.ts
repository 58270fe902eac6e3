import { expect, test, vi } from 'vitest';
import { FakeEngine } from '../../bridge/testing/fake-engine.ts';
import { Failure } from '../../shared/failure.ts';
import { FakeRun } from '../testing/run-with-fake.ts';

const URL = 'http://127.0.0.1:3121/#t=abc';

function engineWithPage(): FakeEngine {
  const engine = new FakeEngine();
  engine.answers['web.link'] = () => Promise.resolve({ url: URL });
  return engine;
}

test('web prints a link, as text and as a line', async () => {
  const json = new FakeRun({}, engineWithPage());
  expect(await json.run('web', '--json')).toBe(0);
  expect(json.lines).toEqual([{ kind: 'web', url: URL }]);
  const text = new FakeRun({}, engineWithPage());
  expect(await text.run('web')).toBe(0);
  expect(text.stdout).toBe(`${URL}\n`);
});

test('web needs a device that runs, and one that serves a page', async () => {
  const alone = new FakeRun({ alone: true });
  expect(await alone.run('web')).toBe(2);
  expect(alone.stderr).toContain('ferry serve');
  const engine = new FakeEngine();
  engine.answers['web.link'] = () => Promise.reject(new Failure('usage', { reason: 'no page' }));
  expect(await new FakeRun({}, engine).run('web')).toBe(2);
});

test.each([
  [['--web'], { address: '', root: null }],
  [['--web', 'localhost:0', '--web-root', 'docs'], { address: 'localhost:0', root: '/srv/docs' }],
])('serve %j asks for its page and tells a link to it', async (flags, web) => {
  const run = new FakeRun({ alone: true, cwd: '/srv' }, engineWithPage());
  const exit = run.run('serve', '--json', ...flags);
  await vi.waitFor(() => expect(run.lines).toMatchObject([{ kind: 'ready', web: URL }]));
  expect(run.asked?.options.engine.web).toEqual(web);
  run.interrupt('SIGTERM');
  expect(await exit).toBe(0);
});

test('serve without --web has no link and asks for no page', async () => {
  const run = new FakeRun({ alone: true });
  const exit = run.run('serve', '--json');
  await vi.waitFor(() => expect(run.lines).toMatchObject([{ kind: 'ready', web: null }]));
  expect(run.asked?.options.engine.web).toBeNull();
  expect(run.engine.calls.map(({ name }) => name)).not.toContain('web.link');
  run.interrupt('SIGTERM');
  await exit;
});
