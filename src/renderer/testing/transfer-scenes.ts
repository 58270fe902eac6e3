import type { FakeEngine } from '../../bridge/testing/fake-engine.ts';
import type { FailureCode } from '../../shared/failure.ts';
import type { Clash, JobProgress, JobView, Problem } from '../../shared/job.ts';
import type { Scene } from './main-scene.ts';
import {
  GB,
  MB,
  SCENE_NOW_MS,
  sceneDeviceId,
  sceneEngine,
  sceneJob,
  sceneJobId,
  scenePeer,
  sceneProgress,
  sceneResult,
} from './scene-values.ts';

const STILL: Partial<JobProgress> = { bytesPerSecond: 0, secondsLeft: null, streams: 0, streamSpeeds: [] };

function engineWith(jobs: readonly JobView[]): FakeEngine {
  const engine = sceneEngine();
  engine.device = {
    ...engine.device,
    id: sceneDeviceId(9),
    name: 'Garden MacBook',
    inbox: '/srv/ada/Ferry',
  };
  engine.settings = { ...engine.settings, inbox: '/srv/ada/Ferry', limitBytesPerSecond: 50 * MB };
  engine.peers.clear();
  for (const [number, name, kind] of [
    [1, 'Studio PC', 'desktop'],
    [2, 'Attic laptop', 'laptop'],
    [4, 'nas', 'server'],
  ] as const) {
    const peer = scenePeer(number, { name, announcedName: name, kind, trust: 'mine', online: number !== 4 });
    engine.peers.set(peer.shortId, peer);
  }
  for (const job of jobs) engine.jobs.set(job.job, job);
  return engine;
}

function waiting(number: number, name: string, change: Partial<JobView>): JobView {
  return sceneJob(number, { names: [name], state: 'waiting', progress: sceneProgress(STILL), ...change });
}

const STALLED = sceneJob(15, {
  names: ['Stalled'],
  state: 'running',
  progress: sceneProgress({ bytesPerSecond: 0, secondsLeft: null }),
});

function statesScene(): Scene {
  const unlisted = { complete: false, bytes: 1.2 * GB, secondsLeft: null };
  const jobs = [
    sceneJob(1, {
      names: ['Preparing'],
      state: 'preparing',
      progress: sceneProgress({ ...STILL, bytes: 0, files: 0, totalFiles: 12_431, complete: false }),
    }),
    waiting(2, 'Asked', {
      waitingFor: 'approval',
      sinceMs: SCENE_NOW_MS - 328_000,
      progress: sceneProgress({ ...STILL, bytes: 0, files: 0 }),
    }),
    sceneJob(3, {
      names: ['Running'],
      state: 'running',
      progress: sceneProgress({ limitedBy: 'link', secondsLeft: 225 }),
    }),
    STALLED,
    sceneJob(4, { names: ['Unlisted'], state: 'running', progress: sceneProgress(unlisted) }),
    sceneJob(5, {
      names: ['Asks'],
      role: 'destination',
      into: '/srv/ada/Ferry',
      state: 'running',
      question: { count: 3, complete: true, clashes: [] },
    }),
    sceneJob(6, {
      names: ['From this page'],
      state: 'running',
      sourceKind: 'page',
      progress: sceneProgress({ limitedBy: 'own-limit' }),
    }),
    waiting(7, 'Peer away', { waitingFor: 'peer' }),
    waiting(8, 'No space', {
      waitingFor: 'space',
      waitingDetail: { why: { code: 'no-space' }, neededBytes: 7.9 * GB, freeBytes: 4.7 * GB },
    }),
    waiting(16, 'Disk gone', {
      role: 'destination',
      into: '/mnt/Backup',
      waitingFor: 'disk',
      waitingDetail: { why: { code: 'destination-gone' }, neededBytes: null, freeBytes: null },
    }),
    waiting(9, 'Paused here', { waitingFor: 'paused', pausedBy: 'here' }),
    waiting(18, 'Metered network', { waitingFor: 'paused', pausedBy: 'here', heldBy: 'metered' }),
    waiting(10, 'Paused there', { waitingFor: 'paused', pausedBy: 'peer' }),
    waiting(11, 'Page closed', { waitingFor: 'page', sourceKind: 'page' }),
    sceneJob(12, {
      names: ['Finishing'],
      state: 'finishing',
      progress: sceneProgress({ ...STILL, bytes: 12 * GB, files: 8_412 }),
    }),
    sceneJob(17, {
      names: ['Checked'],
      state: 'finishing',
      progress: sceneProgress({ ...STILL, phase: 'verifying', bytes: 12 * GB, files: 8_412 }),
    }),
    waiting(13, 'Queued first', {
      waitingFor: 'turn',
      queuePlace: 1,
      progress: sceneProgress({ ...STILL, bytes: 0, files: 0 }),
    }),
    waiting(14, 'Queued second', {
      waitingFor: 'turn',
      queuePlace: 2,
      progress: sceneProgress({ ...STILL, bytes: 0, files: 0 }),
    }),
  ];
  return {
    engine: engineWith(jobs),
    view: {},
    past: [],
    seen: [{ atMs: SCENE_NOW_MS - 8_000, job: STALLED }],
  };
}

function endsScene(): Scene {
  const failed = (number: number, code: FailureCode): JobView =>
    sceneJob(number, {
      names: [`end-${code}`],
      state: 'failed',
      result: sceneResult({ state: 'failed', failure: { code } }),
    });
  const jobs = [
    sceneJob(1, {
      names: ['Checked copy'],
      state: 'done',
      result: sceneResult({ bytes: 312 * MB, verified: true }),
      progress: sceneProgress({ files: 900, bytes: 312 * MB, totalBytes: 312 * MB }),
    }),
    sceneJob(2, {
      names: ['Delta'],
      state: 'done',
      role: 'destination',
      into: '/srv/ada/Ferry',
      result: sceneResult({
        bytes: 312 * MB,
        reusedBytes: 272 * MB,
        from: { there: 200 * MB, here: 40 * MB, older: 32 * MB },
        rungs: {
          unchanged: { files: 800, bytes: 200 * MB },
          cloned: { files: 12, bytes: 30 * MB },
          copied: { files: 3, bytes: 10 * MB },
          delta: { files: 1, bytes: 36 * MB },
          raw: { files: 84, bytes: 36 * MB },
        },
      }),
    }),
    sceneJob(3, { names: ['Empty'], state: 'done', result: sceneResult({ bytes: 0, files: 1 }) }),
    sceneJob(4, {
      names: ['Cancelled here'],
      state: 'cancelled',
      cancelledBy: 'here',
      role: 'destination',
      into: '/x',
      parts: ['/x/.part'],
      result: sceneResult({ state: 'cancelled' }),
      progress: sceneProgress({ ...STILL, bytes: 3.1 * GB }),
    }),
    sceneJob(5, {
      names: ['Cancelled there'],
      state: 'cancelled',
      cancelledBy: 'peer',
      result: sceneResult({ state: 'cancelled' }),
    }),
    ...(
      ['declined', 'expired', 'unreachable', 'integrity', 'wrong-device', 'no-right', 'older-peer'] as const
    ).map((code, index) => failed(6 + index, code)),
  ];
  return { engine: engineWith(jobs), view: {}, wideView: { selectedJob: sceneJobId(8) }, past: [] };
}

function groupScene(): Scene {
  const group = sceneJobId(1);
  const jobs = [1, 2, 4].map((device, index) =>
    sceneJob(index + 1, {
      group,
      names: ['Photos 2026', 'Trip'],
      peer: { id: sceneDeviceId(device), name: '' },
      state: index === 2 ? 'waiting' : 'running',
      waitingFor: index === 2 ? 'peer' : null,
      progress: sceneProgress(index === 2 ? { ...STILL, bytes: 0 } : {}),
      createdMs: SCENE_NOW_MS - 60_000,
    }),
  );
  return {
    engine: engineWith([...jobs, sceneJob(9, { names: ['Music'], state: 'done', result: sceneResult() })]),
    view: {},
    past: [],
  };
}

/** Copies between others, at the order of others, and within one device. */
function ordersScene(): Scene {
  const [here, studio, attic, nas] = [
    null,
    { id: sceneDeviceId(1), name: 'Studio PC' },
    { id: sceneDeviceId(2), name: 'Attic laptop' },
    { id: sceneDeviceId(4), name: 'nas' },
  ];
  const ordered = (number: number, name: string, change: Partial<JobView>) =>
    sceneJob(number, { names: [name], state: 'running', ...change });
  const jobs = [
    ordered(1, 'Photos 2026', {
      role: 'orderer',
      peer: nas,
      between: { source: studio, destination: nas, orderedBy: here },
    }),
    ordered(2, 'Projects', {
      role: 'source',
      peer: nas,
      between: { source: here, destination: nas, orderedBy: attic },
    }),
    ordered(3, 'Music', {
      role: 'destination',
      into: '/srv/ada/Ferry',
      peer: studio,
      state: 'waiting',
      waitingFor: 'paused',
      pausedBy: 'peer',
      between: { source: studio, destination: here, orderedBy: attic },
    }),
    ordered(4, 'Archive', {
      role: 'orderer',
      peer: nas,
      between: { source: nas, destination: nas, orderedBy: here },
      progress: sceneProgress({ from: { there: 0, here: 4.1 * GB, older: 0 }, wireBytes: 12_000 }),
    }),
  ];
  return { engine: engineWith(jobs), view: {}, wideView: { selectedJob: sceneJobId(1) }, past: [] };
}

function conflictScene(): Scene {
  const clashes: Clash[] = Array.from({ length: 40 }, (_, index) => ({
    path: `Photos 2026/IMG_${4_000 + index}.jpg`,
    theirs: { type: 'file', bytes: (4 + index) * MB, mtimeMs: SCENE_NOW_MS - index * 86_400_000 },
    ours: {
      type: index % 7 === 3 ? 'folder' : 'file',
      bytes: 5 * MB,
      mtimeMs: SCENE_NOW_MS - 5 * 86_400_000,
    },
  }));
  const job = sceneJob(1, {
    names: ['Photos 2026'],
    role: 'destination',
    into: '/srv/ada/Ferry',
    state: 'running',
    question: { count: 40, complete: true, clashes },
  });
  return {
    engine: engineWith([job]),
    view: { dialog: { kind: 'answer-conflict', job: job.job }, selectedJob: job.job },
    past: [],
  };
}

function cancelScene(): Scene {
  const job = sceneJob(1, { names: ['Photos 2026'], state: 'running' });
  return { engine: engineWith([job]), view: { dialog: { kind: 'cancel-job', job: job.job } }, past: [] };
}

function problemsScene(): Scene {
  const codes = ['no-permission', 'changed', 'io', 'name-not-possible', 'special-file'] as const;
  const problems: Problem[] = Array.from({ length: 100_000 }, (_, index) => ({
    path: `deep/er/folder ${index % 97}/a file with a rather long name ${index}.dat`,
    code: codes[index % codes.length] ?? 'io',
    reason: 'EACCES',
  }));
  const job = sceneJob(1, {
    names: ['Everything'],
    state: 'partial',
    result: sceneResult({
      state: 'partial',
      problems: problems.slice(0, 100),
      problemCount: problems.length,
    }),
    progress: sceneProgress({ ...STILL, files: 900_000, totalFiles: 1_000_000 }),
  });
  const engine = engineWith([job]);
  engine.answers['jobs.problems'] = async ({ offset, limit }) => ({
    problems: problems.slice(offset, offset + limit),
    total: problems.length,
  });
  return { engine, view: { selectedJob: job.job }, past: [] };
}

function chooseScene(): Scene {
  return {
    engine: engineWith([]),
    view: {
      dialog: { kind: 'choose-devices' },
      pending: {
        kind: 'paths',
        paths: ['/srv/ada/Photos 2026', '/srv/ada/plan.pdf', '/srv/ada/a', '/srv/ada/b'],
      },
    },
    past: [],
  };
}

/** A copy that runs for 10 s and then is done; for what moves while it should not. */
function liveScene(): Scene {
  const job = sceneJob(1, { names: ['Photos 2026'], state: 'running', sinceMs: SCENE_NOW_MS });
  const engine = engineWith([job, sceneJob(2, { names: ['Music'], state: 'done', result: sceneResult() })]);
  const afterStart = () => {
    let step = 0;
    const timer = setInterval(() => {
      step += 1;
      const wave = 1 + 0.3 * Math.sin(step / 9);
      const progress = sceneProgress({
        bytes: 0.12 * GB * step,
        files: 84 * step,
        bytesPerSecond: 567 * MB * wave,
        secondsLeft: Math.ceil((100 - step) / 10),
        limitedBy: step % 40 < 20 ? 'link' : 'source-disk',
        streamSpeeds: [176, 159, 136, 96].map((each) => each * MB * wave),
      });
      if (step < 100) engine.putJob({ ...job, progress, fraction: step / 100, updatedMs: Date.now() });
      else {
        clearInterval(timer);
        engine.putJob({ ...job, state: 'done', progress, result: sceneResult(), updatedMs: Date.now() });
      }
    }, 100);
  };
  return { engine, view: { selectedJob: job.job }, past: [], afterStart };
}

/** Scenes of the transfers: every state, every end, and the questions around them. */
export const TRANSFER_SCENES = {
  live: liveScene,
  states: statesScene,
  ends: endsScene,
  group: groupScene,
  orders: ordersScene,
  conflict: conflictScene,
  cancel: cancelScene,
  problems: problemsScene,
  'choose-devices': chooseScene,
} as const;
