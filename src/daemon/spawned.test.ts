import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FakeEngine } from '../bridge/testing/fake-engine.ts';
import { fakeJob, fakePeer, fakeProgress } from '../bridge/testing/fake-values.ts';
import { hostEngine } from './host.ts';
import { createFakeEngineDoor } from './testing/fake-engine-door.ts';

/** The real program in a process of its own: `bin/ferry`, control socket, signals, closed pipes. */

const forever = new AbortController().signal;
const bin = fileURLToPath(new URL('../../bin/ferry', import.meta.url));
const useFakeEngine = new URL('./testing/use-fake-engine.ts', import.meta.url).href;
let home = '';
let children: ChildProcess[] = [];
let stopHosting: (() => Promise<void>) | null = null;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ferry-spawn-'));
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  await stopHosting?.();
  stopHosting = null;
  await rm(home, { recursive: true });
});

function ferry(argv: readonly string[], file = bin, env: NodeJS.ProcessEnv = {}) {
  const child = spawn(file, argv, {
    cwd: home,
    env: { ...process.env, NODE_OPTIONS: `--import=${useFakeEngine}`, FERRY_HOME: home, ...env },
  });
  children.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const end = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return { child, end };
}

/** Hosts the engine of this home in the test's own process. */
async function host(): Promise<FakeEngine> {
  let engine: FakeEngine | null = null;
  const door = createFakeEngineDoor((made) => {
    engine = made;
  });
  const options = { env: { FERRY_HOME: home }, verbose: false, answersOffers: false };
  const session = await hostEngine(
    {
      ...options,
      engine: { port: 0, listen: null, name: null, inbox: null, accept: 'none', announce: false },
    },
    forever,
    () => Promise.resolve(door),
  );
  stopHosting = () => session.close(AbortSignal.abort());
  if (engine === null) throw new Error('no engine');
  return engine;
}

test('peers of a running engine, over its control socket', async () => {
  const engine = await host();
  engine.putPeer(fakePeer({ name: 'over the socket' }));
  const { code, stdout, stderr } = await ferry(['peers', '--json']).end;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({ kind: 'peer', name: 'over the socket' });
});

test('a send hosts an engine of its own, and gives the home back', async () => {
  await writeFile(join(home, 'a'), 'x');
  for (let turn = 0; turn < 2; turn += 1) {
    const { code, stdout, stderr } = await ferry(['send', 'a', '--to', 'heron', '--json']).end;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
      kind: 'result',
      state: 'done',
    });
  }
});

test('serve, a second serve is refused, offers --watch attaches, SIGTERM ends it', async () => {
  const serving = ferry(['serve', '--json', '--port', '0', '--name', 'served']);
  const [first] = (await once(serving.child.stdout, 'data')) as [Buffer];
  expect(JSON.parse(first.toString())).toMatchObject({ kind: 'ready', device: { name: 'served' } });
  const second = await ferry(['serve', '--json', '--port', '0']).end;
  expect(second.code).toBe(7);
  expect(JSON.parse(second.stdout)).toMatchObject({ kind: 'error', code: 'home-in-use' });
  const offers = ferry(['offers', '--watch']);
  serving.child.kill('SIGTERM');
  expect((await serving.end).code).toBe(0);
  // its engine has ended under it, or was gone before it came
  expect([2, 7]).toContain((await offers.end).code);
});

test('Ctrl-C keeps the job and exits 130; the second one leaves at once', async () => {
  const engine = await host();
  const job = fakeJob({ state: 'running', progress: fakeProgress({ files: 1 }) });
  engine.answers['jobs.send'] = async () => [engine.putJob(job)];
  await writeFile(join(home, 'a'), 'x');
  const sending = ferry(['send', 'a', '--to', 'x']);
  await once(sending.child.stdout, 'data');
  sending.child.kill('SIGINT');
  const end = await sending.end;
  expect(end.code).toBe(130);
  expect(end.stderr).toContain('Run the same command again');
  // What may go on stays, paused: nobody here waits for it any more.
  expect(engine.calls.slice(-2).map(({ name }) => name)).toEqual(['jobs.interrupt', 'jobs.pause']);

  engine.answers['jobs.interrupt'] = () => new Promise(() => undefined);
  const stuck = ferry(['send', 'a', '--to', 'x']);
  await once(stuck.child.stdout, 'data');
  stuck.child.kill('SIGINT');
  await vi.waitFor(() => expect(engine.calls.at(-1)?.name).toBe('jobs.interrupt'));
  const asked = performance.now();
  stuck.child.kill('SIGINT');
  expect((await stuck.end).code).toBe(130);
  expect(performance.now() - asked).toBeLessThan(8_000);
});

test('a reader that closes the pipe ends a watch quietly', async () => {
  const engine = await host();
  engine.putPeer(fakePeer());
  const watching = ferry(['peers', '--watch', '--json']);
  await once(watching.child.stdout, 'data');
  watching.child.stdout.destroy();
  const ticking = setInterval(() => engine.putPeer(fakePeer({ online: Math.random() < 0.5 })), 5);
  const [code] = (await once(watching.child, 'exit')) as [number];
  clearInterval(ticking);
  expect(code).toBe(0);
});

test('runs through links and from anywhere, whatever node is on the PATH', async () => {
  await mkdir(join(home, 'bin'));
  await symlink(bin, join(home, 'bin', 'one'));
  await symlink('one', join(home, 'bin', 'two'));
  await writeFile(join(home, 'bin', 'node'), '#!/bin/sh\nexit 99\n', { mode: 0o755 });
  const { code, stdout } = await ferry(['--version'], join(home, 'bin', 'two'), {
    PATH: `${join(home, 'bin')}:${process.env['PATH']}`,
  }).end;
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('without a fitting Node: one line, exit 7', async () => {
  await mkdir(join(home, 'elsewhere', 'bin'), { recursive: true });
  await writeFile(join(home, 'elsewhere', 'bin', 'node'), '#!/bin/sh\necho 20\n', { mode: 0o755 });
  const copy = join(home, 'elsewhere', 'bin', 'ferry');
  await copyFile(bin, copy);
  const { code, stderr } = await ferry(['--version'], copy, {
    PATH: `${join(home, 'elsewhere', 'bin')}:/usr/bin:/bin`,
  }).end;
  expect(code).toBe(7);
  expect(stderr).toMatch(/^ferry: Node 24 is missing[^\n]+\n$/);
});

test('help does not load the engine', async () => {
  const tellLoads = `import { registerHooks } from 'node:module';
    registerHooks({ load: (url, context, next) => (process.stderr.write(url + '\\n'), next(url, context)) });`;
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(tellLoads)}`;
  const { code, stderr } = await ferry(['--help'], bin, { NODE_OPTIONS }).end;
  expect(code).toBe(0);
  const loaded = stderr.split('\n').filter((line) => line.includes('/src/'));
  expect(loaded.some((url) => url.endsWith('/src/cli/index.ts'))).toBe(true);
  expect(loaded.filter((url) => /\/src\/(engine|daemon)\//.test(url))).toEqual([]);
});
