import { expect, test } from 'vitest';
import {
  fakeDevice,
  fakeJob,
  fakePeer,
  fakeResult,
  fakeSettings,
} from '../../../bridge/testing/fake-values.ts';
import type { EngineState } from '../../store/engine-store.ts';
import { reportText } from './report-text.ts';

const SECRET = 'Wedding of Ann';
const PLACE = { host: 'browser', userAgent: 'Browser 1', nowMs: 1_700_000_000_000 } as const;

function state(): EngineState {
  const peer = fakePeer({ name: SECRET, announcedName: SECRET, addresses: ['192.168.4.7:3120'] });
  const job = fakeJob({
    names: [SECRET],
    into: `/srv/ann/${SECRET}`,
    peer: { id: peer.id ?? fakeDevice().id, name: SECRET },
    state: 'failed',
    result: fakeResult({
      state: 'failed',
      failure: { code: 'no-space', subject: `/srv/ann/${SECRET}`, reason: SECRET },
      problemCount: 3,
    }),
  });
  return {
    device: fakeDevice({ name: SECRET, inbox: `/srv/ann/${SECRET}`, addresses: ['192.168.4.9:3120'] }),
    settings: fakeSettings({ inbox: `/srv/ann/${SECRET}` }),
    peers: { [peer.shortId]: peer },
    offers: {},
    jobs: { [job.job]: job },
    pairings: {},
    networkTests: {},
  };
}

test('says what happened and to nothing by its name', () => {
  const now = state();
  const [job = ''] = Object.keys(now.jobs);
  const problems = [
    { path: SECRET, code: 'no-permission', reason: 'EACCES' },
    { path: `${SECRET}/2`, code: 'no-permission', reason: 'EACCES' },
    { path: SECRET, code: 'io', reason: `open ${SECRET}` },
  ] as const;
  const text = reportText(now, PLACE, { job, problems });
  expect(text).toContain('failure no-space');
  expect(text).toContain('problem no-permission EACCES: 2');
  expect(text).toContain('problem io: 1');
  expect(text).toContain('with device 1');
  for (const hidden of [SECRET, 'ann', '192.168', fakeDevice().id, Object.keys(now.peers)[0] ?? '']) {
    expect(text).not.toContain(hidden);
  }
});
