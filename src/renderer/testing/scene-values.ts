import { FakeEngine } from '../../bridge/testing/fake-engine.ts';
import { fakeJob, fakePeer, fakeProgress, fakeResult } from '../../bridge/testing/fake-values.ts';
import type { PeerView } from '../../shared/device.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { JobProgress, JobView } from '../../shared/job.ts';
import { sceneEntries } from './scene-entries.ts';

/** Everything in a scene happens at this time or before it, so that two shots are alike. */
export const SCENE_NOW_MS = Date.now();

export const GB = 1_000_000_000;
export const MB = 1_000_000;

export function sceneDeviceId(number: number): DeviceId {
  return number.toString(16).padStart(2, '0').repeat(32) as DeviceId;
}

export function sceneJobId(number: number): JobId {
  return number.toString(16).padStart(2, '0').repeat(16) as JobId;
}

/** A peer of that household, by number. */
export function scenePeer(number: number, change: Partial<PeerView> = {}): PeerView {
  return fakePeer({
    id: sceneDeviceId(number),
    shortId: number.toString(36).padStart(20, 'k'),
    lastSeenMs: SCENE_NOW_MS - 4_000,
    pairedMs: SCENE_NOW_MS - 40 * 86_400_000,
    addresses: [`192.168.178.${20 + number}:3120`],
    ...change,
  });
}

export function sceneProgress(change: Partial<JobProgress> = {}): JobProgress {
  return fakeProgress({
    totalFiles: 8_412,
    totalBytes: 12 * GB,
    phase: 'copying',
    files: 2_870,
    bytes: 4.1 * GB,
    bytesPerSecond: 567 * MB,
    averageBytesPerSecond: 541 * MB,
    limitedBy: 'destination-disk',
    secondsLeft: 15,
    streams: 4,
    streamSpeeds: [176 * MB, 159 * MB, 136 * MB, 96 * MB],
    wireBytes: 0.82 * GB,
    ...change,
  });
}

export function sceneJob(number: number, change: Partial<JobView> = {}): JobView {
  const job = sceneJobId(number);
  return fakeJob({
    job,
    group: job,
    peer: { id: sceneDeviceId(1), name: 'Studio PC' },
    createdMs: SCENE_NOW_MS - number * 60_000,
    updatedMs: SCENE_NOW_MS,
    sinceMs: SCENE_NOW_MS - 30_000,
    progress: sceneProgress(),
    ...change,
  });
}

export function sceneResult(change: Parameters<typeof fakeResult>[0] = {}): JobView['result'] {
  return fakeResult({
    files: 4_996,
    bytes: 3.2 * GB,
    wireBytes: 3.21 * GB,
    seconds: 12.4,
    streams: 4,
    ...change,
  });
}

/** An engine that says yes to what a person may press. */
export function sceneEngine(): FakeEngine {
  const engine = new FakeEngine();
  engine.answers['jobs.entries'] = sceneEntries(8_412);
  engine.answers['device.rename'] = async ({ name }) => engine.putDevice({ ...engine.device, name });
  engine.answers['settings.update'] = async ({ change }) =>
    engine.putSettings({ ...engine.settings, ...change } as typeof engine.settings);
  engine.answers['jobs.pause'] = async ({ job }) =>
    engine.putJob({
      ...(engine.jobs.get(job as JobId) as JobView),
      state: 'waiting',
      waitingFor: 'paused',
      pausedBy: 'here',
    });
  engine.answers['jobs.resume'] = async ({ job }) =>
    engine.putJob({
      ...(engine.jobs.get(job as JobId) as JobView),
      state: 'running',
      waitingFor: null,
      pausedBy: null,
    });
  engine.answers['jobs.problems'] = async ({ job }) => {
    const { result } = engine.jobs.get(job as JobId) as JobView;
    return { problems: result?.problems ?? [], total: result?.problemCount ?? 0 };
  };
  engine.answers['pair.close'] = async () => engine.putDevice({ ...engine.device, pairWindowEndsMs: null });
  return engine;
}
