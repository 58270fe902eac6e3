import { expect, test } from 'vitest';
import { type HostCommand, NO_ACTIVITY } from '../shared/host-api.ts';
import type { HostAsked, HostTold } from '../shared/host-messages.ts';
import { createPageHost } from './page-host.ts';

function setUp(platform: NodeJS.Platform = 'linux', answer: unknown = null) {
  const told: HostTold[] = [];
  const asked: HostAsked[] = [];
  const listeners: ((command: HostCommand) => void)[] = [];
  const host = createPageHost(
    {
      tell: (message) => told.push(message),
      ask: (message) => {
        asked.push(message);
        return Promise.resolve(answer);
      },
      onCommand: (listener) => listeners.push(listener),
      pathOf: (file) => (file.name === 'made' ? '' : `/dropped/${file.name}`),
    },
    platform,
  );
  return { host, told, asked, listeners };
}

test('each verb becomes one message', () => {
  const { host, told } = setUp('darwin');
  const note = { id: 'n', title: 't', body: 'b', actions: [] };
  host.showInFolder('/a');
  host.startDrag(['/a', '/b']);
  host.notify(note);
  host.dismissNote('n');
  host.setActivity(NO_ACTIVITY);
  host.requestEngine?.();
  host.openSystemSettings?.('firewall');
  expect(told).toEqual([
    { kind: 'show-in-folder', path: '/a' },
    { kind: 'start-drag', paths: ['/a', '/b'] },
    { kind: 'notify', note },
    { kind: 'dismiss-note', id: 'n' },
    { kind: 'activity', activity: NO_ACTIVITY },
    { kind: 'request-engine' },
    { kind: 'open-settings', pane: 'firewall' },
  ]);
});

test('the shell hears that the page is ready once it can hear commands', () => {
  const { host, told, listeners } = setUp();
  expect(told).toEqual([]);
  const got: HostCommand[] = [];
  host.onCommand((command) => got.push(command));
  expect(told).toEqual([{ kind: 'ready' }]);
  listeners[0]?.({ kind: 'command', id: 'open-files' });
  expect(got).toEqual([{ kind: 'command', id: 'open-files' }]);
});

test('picks are paths, and nothing when a person cancelled', async () => {
  const chosen = setUp('linux', ['/a', '/b']);
  expect(await chosen.host.pickFiles('folders')).toEqual({ kind: 'paths', paths: ['/a', '/b'] });
  expect(await chosen.host.pickFolder('/start')).toBe('/a');
  expect(chosen.asked).toEqual([
    { kind: 'pick-files', what: 'folders' },
    { kind: 'pick-folder', startAt: '/start' },
  ]);
  const cancelled = setUp('linux', null);
  expect(await cancelled.host.pickFiles('files')).toBeNull();
  expect(await cancelled.host.pickFolder(null)).toBeNull();
});

test('dropped files have paths, made ones have none', () => {
  const { host } = setUp();
  const files = [new File([], 'a.txt'), new File([], 'made')];
  expect(host.pathsOf(files)).toEqual(['/dropped/a.txt', '']);
});

test('what a system cannot do is absent', () => {
  expect(setUp('linux').host.openSystemSettings).toBeUndefined();
  expect(setUp('win32').host).toMatchObject({ kind: 'desktop', platform: 'windows' });
  expect(setUp('freebsd').host.platform).toBe('linux');
});
