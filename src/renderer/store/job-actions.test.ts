import { expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { fakeDevice, fakeJob, fakeResult, fakeSettings } from '../../bridge/testing/fake-values.ts';
import type { FailureCode } from '../../shared/failure.ts';
import type { JobView } from '../../shared/job.ts';
import { createBrowserHost } from '../ports/browser-host.ts';
import type { EngineState } from './engine-store.ts';
import { isUnreachable, menuActions } from './job-actions.ts';

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
