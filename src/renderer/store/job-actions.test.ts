import { expect, test, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { FakeEngine } from '../../bridge/testing/fake-engine.ts';
import {
  fakeDevice,
  fakeDeviceId,
  fakeJob,
  fakeResult,
  fakeSettings,
} from '../../bridge/testing/fake-values.ts';
import type { FailureCode } from '../../shared/failure.ts';
import type { JobView } from '../../shared/job.ts';
import { createBrowserHost } from '../ports/browser-host.ts';
import type { EngineState } from './engine-store.ts';
import { actionLabel, isUnreachable, menuActions, primaryAction, runAction } from './job-actions.ts';
import { SpeedHistory } from './speed-history.ts';
import { viewStore } from './view-store.ts';

const context = {
  host: createBrowserHost(),
  store: createStore<EngineState>(() => ({
    device: fakeDevice(),
    settings: fakeSettings(),
    peers: {},
    offers: {},
    jobs: {},
    pairings: {},
    networkTests: {},
    sharesVersion: 0,
  })),
};

function failed(code: FailureCode): JobView {
  return fakeJob({ state: 'failed', result: fakeResult({ state: 'failed', failure: { code } }) });
}

test('a look at the network is offered where it may be the reason', () => {
  expect(menuActions(failed('unreachable'), context)).toContain('check-why');
  expect(menuActions(failed('declined'), context)).not.toContain('check-why');
  expect(isUnreachable(fakeJob({ state: 'waiting', waitingFor: 'peer' }))).toBe(true);
  expect(isUnreachable(fakeJob({ state: 'waiting', waitingFor: 'space' }))).toBe(false);
});

test('what this device sent can go to another one; what a page held or others sent cannot', () => {
  const done = fakeJob({ state: 'done', result: fakeResult() });
  expect(menuActions(done, context)).toContain('again-to');
  expect(menuActions({ ...done, sourceKind: 'page' }, context)).not.toContain('again-to');
  expect(menuActions({ ...done, role: 'destination' }, context)).not.toContain('again-to');
  expect(menuActions({ ...done, state: 'running' }, context)).not.toContain('again-to');
});

test('an order of this device is given again, to where it went', () => {
  const other = { id: fakeDeviceId('c'), name: 'nas' };
  const between = { source: other, destination: null, orderedBy: null };
  for (const role of ['source', 'destination', 'orderer'] as const) {
    for (const [state, verb] of [
      ['done', 'action.receiveAgain'],
      ['failed', 'action.retry'],
      ['cancelled', 'action.retry'],
    ] as const) {
      const job = fakeJob({ role, state, between, result: fakeResult({ state }) });
      expect(menuActions(job, context)).toEqual(expect.arrayContaining(['again', 'browse']));
      expect(menuActions(job, context)).not.toContain('again-to');
      expect(actionLabel('again', job)).toBe(verb);
      if (state !== 'done') expect(primaryAction(job, 'browser')).toBe('again');
    }
  }
});

test('what is ordered again shows at once, though the pointer holds the rows of the list', async () => {
  const engine = new FakeEngine();
  const job = fakeJob({ state: 'done', result: fakeResult() });
  engine.answers['jobs.again'] = () => Promise.resolve(fakeJob({ state: 'preparing' }));
  const { begun } = viewStore.getState();
  runAction({ ...context, engine, speeds: new SpeedHistory() }, 'again', job);
  await vi.waitFor(() => expect(viewStore.getState().begun).toBe(begun + 1));
});

test('an order of another device is not begun again from here: its ends are shown', () => {
  const other = { id: fakeDeviceId('c'), name: 'nas' };
  for (const role of ['source', 'destination', 'orderer'] as const) {
    for (const state of ['done', 'failed', 'cancelled'] as const) {
      const between = { source: other, destination: null, orderedBy: other };
      const job = fakeJob({ role, state, between, result: fakeResult({ state }), parts: ['/x/.part'] });
      const actions = menuActions(job, context);
      expect(actions).toContain('browse');
      expect(actions).not.toContain('again');
      expect(actions).not.toContain('again-to');
      expect(primaryAction(job, 'browser')).not.toBe('resume');
    }
  }
  expect(
    actionLabel('cancel', fakeJob({ between: { source: null, destination: null, orderedBy: other } })),
  ).toBe('action.stop');
});
