import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import type { FailureData } from '../shared/failure.ts';
import type { FromEngineProcess, ToEngineProcess } from './engine-messages.ts';
import { type EngineChild, EngineSupervisor } from './engine-supervisor.ts';

/** An engine's process that does what the test says. */
class FakeChild extends EventEmitter implements EngineChild<string> {
  readonly posted: (readonly [ToEngineProcess['kind'], string | null])[] = [];
  killed = false;

  post(message: ToEngineProcess, port: string | null): void {
    this.posted.push([message.kind, port]);
    if (message.kind === 'stop') queueMicrotask(() => this.say({ kind: 'stopped' }));
  }

  onMessage(listener: (message: unknown) => void): void {
    this.on('message', listener);
  }

  onExit(listener: () => void): void {
    this.once('exit', listener);
  }

  kill(): void {
    this.killed = true;
    this.emit('exit');
  }

  say(message: FromEngineProcess): void {
    this.emit('message', message);
  }
}

interface World {
  readonly supervisor: EngineSupervisor<string>;
  readonly children: FakeChild[];
  readonly delays: number[];
  readonly failures: FailureData[];
  child(index: number): Promise<FakeChild>;
}

function setUp(): World {
  const children: FakeChild[] = [];
  const delays: number[] = [];
  const failures: FailureData[] = [];
  let channels = 0;
  const supervisor = new EngineSupervisor<string>({
    fork: () => {
      const child = new FakeChild();
      children.push(child);
      return child;
    },
    makeChannel: () => {
      channels += 1;
      return { engineEnd: `engine-${channels}`, pageEnd: `page-${channels}` };
    },
    onFailed: (failure) => failures.push(failure),
    restartDelayMs: (quickEnds) => {
      delays.push(quickEnds);
      return 0;
    },
  });
  const child = async (index: number): Promise<FakeChild> =>
    await vi.waitFor(() => {
      const found = children[index];
      if (found === undefined) throw new Error('not started yet');
      return found;
    });
  return { supervisor, children, delays, failures, child };
}

test('a page gets its port when the engine answers, not before', async () => {
  const { supervisor, child } = setUp();
  supervisor.start();
  const got: string[] = [];
  const take = (port: string): void => void got.push(port);
  supervisor.request(take);
  const first = await child(0);
  expect(got).toEqual([]);
  first.say({ kind: 'ready' });
  expect(got).toEqual(['page-1']);
  expect(first.posted).toEqual([['port', 'engine-1']]);
  supervisor.request(take);
  expect(got).toEqual(['page-1', 'page-2']);
  await supervisor.stop();
});

test('a process that ends is started again, later each time, and pages that asked meanwhile are joined', async () => {
  const { supervisor, child, delays } = setUp();
  supervisor.start();
  const got: string[] = [];
  (await child(0)).say({ kind: 'ready' });
  (await child(0)).emit('exit');
  supervisor.request((port) => got.push(port));
  const second = await child(1);
  supervisor.request((port) => got.push(port));
  second.emit('exit');
  const third = await child(2);
  expect([got, second.posted]).toEqual([[], []]);
  third.say({ kind: 'ready' });
  expect(got).toEqual(['page-1', 'page-2']);
  expect(delays).toEqual([1, 2]);
  await supervisor.stop();
});

test('while the engine of this home changes hands pages wait', async () => {
  const { supervisor, child } = setUp();
  supervisor.start();
  const first = await child(0);
  first.say({ kind: 'ready' });
  first.say({ kind: 'away' });
  const got: string[] = [];
  supervisor.request((port) => got.push(port));
  expect(got).toEqual([]);
  first.say({ kind: 'ready' });
  expect(got).toEqual(['page-1']);
  await supervisor.stop();
});

test('a page that is gone gets nothing', async () => {
  const { supervisor, child } = setUp();
  supervisor.start();
  const got: string[] = [];
  const take = (port: string): void => void got.push(port);
  supervisor.request(take);
  supervisor.withdraw(take);
  (await child(0)).say({ kind: 'ready' });
  expect(got).toEqual([]);
  await supervisor.stop();
});

test('an engine that cannot be opened is told and tried again', async () => {
  const { supervisor, child, failures } = setUp();
  supervisor.start();
  const first = await child(0);
  first.say({ kind: 'failed', failure: { code: 'state-unusable', reason: 'newer schema' } });
  expect(first.killed).toBe(true);
  expect(failures).toEqual([{ code: 'state-unusable', reason: 'newer schema' }]);
  await child(1);
  await supervisor.stop();
});

test('what is no message of the engine changes nothing', async () => {
  const { supervisor, child } = setUp();
  supervisor.start();
  const got: string[] = [];
  supervisor.request((port) => got.push(port));
  const first = await child(0);
  for (const odd of [
    null,
    'ready',
    { kind: 'ready', more: 1 },
    { kind: 'failed', failure: { code: 'odd' } },
  ]) {
    first.emit('message', odd);
  }
  expect([got, first.killed]).toEqual([[], false]);
  await supervisor.stop();
});

test('stopping ends the process in order and starts no other', async () => {
  const { supervisor, child, children } = setUp();
  supervisor.start();
  const first = await child(0);
  first.say({ kind: 'ready' });
  await supervisor.stop();
  expect(first.posted).toEqual([['stop', null]]);
  expect(first.killed).toBe(true);
  supervisor.start();
  expect(children).toHaveLength(1);
});
