import { beforeEach, expect, test } from 'vitest';
import type { HostCommand } from '../../shared/host-api.ts';
import { hostNewsStore, noteSeen } from '../store/host-news.ts';
import { listenToHost, obeyHost } from './host-commands.ts';

let send: (command: HostCommand) => void = () => undefined;

beforeEach(() => {
  listenToHost({
    onCommand: (listener) => {
      send = listener;
    },
  });
});

test('what comes before there is an engine is done when there is one, once', () => {
  const done: HostCommand[] = [];
  const opened: HostCommand = { kind: 'open-paths', paths: ['/srv/a'] };
  send(opened);
  const stop = obeyHost((command) => done.push(command));
  expect(done).toEqual([opened]);
  stop();
  obeyHost((command) => done.push(command))();
  expect(done).toEqual([opened]);
});

test('why the engine does not start is known without one', () => {
  send({ kind: 'engine-failed', failure: { code: 'home-in-use' } });
  send({ kind: 'login-item', needsApproval: true });
  expect(hostNewsStore.getState()).toMatchObject({
    engineFailure: { code: 'home-in-use' },
    needsLoginApproval: true,
  });
});

test('a note that was not shown counts once, until somebody looks', () => {
  send({ kind: 'note-failed', note: 'job:1' });
  send({ kind: 'note-failed', note: 'job:1' });
  expect(hostNewsStore.getState().unseenNotes).toEqual(['job:1']);
  noteSeen();
  expect(hostNewsStore.getState().unseenNotes).toEqual([]);
});
