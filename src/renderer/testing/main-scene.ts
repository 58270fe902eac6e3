import type { FakeEngine } from '../../bridge/testing/fake-engine.ts';
import type { JobView } from '../../shared/job.ts';
import type { PhraseKey } from '../i18n/catalogue.ts';
import type { ViewState } from '../store/view-store.ts';
import {
  GB,
  MB,
  SCENE_NOW_MS,
  sceneDeviceId,
  sceneEngine,
  sceneJob,
  scenePeer,
  sceneProgress,
  sceneResult,
} from './scene-values.ts';

/** A state of the world to look at. */
export interface Scene {
  readonly engine: FakeEngine;
  readonly view: Partial<ViewState>;
  /** Beside `view` from 1120 px: below that, what is opened stands in place of the list. */
  readonly wideView?: Partial<ViewState>;
  /** Beside `view` below 720 px. */
  readonly narrowView?: Partial<ViewState>;
  /** What the page has seen of jobs before. */
  readonly seen?: readonly { readonly atMs: number; readonly job: JobView }[];
  /** What happened before: for the charts. */
  readonly past: readonly { readonly atMs: number; readonly job: JobView }[];
  readonly afterStart?: () => void;
  /** Buttons that are pressed once it stands, one after the other; known by their words. */
  readonly press?: readonly PhraseKey[];
  /** Rows of a pane that are chosen, the first alone and the others added; known by their words. */
  readonly chooseRows?: readonly string[];
  /** Id of the part that is to be seen once it stands. */
  readonly scrollTo?: string;
  /** What stands around the app: the connection to its engine. */
  readonly connection?: 'live' | 'lost' | 'connecting' | 'failed' | 'no-session';
}

/** The devices of one household. */
export function household(engine: FakeEngine): void {
  engine.device = {
    ...engine.device,
    id: sceneDeviceId(9),
    name: 'Garden MacBook',
    inbox: '/srv/ada/Ferry',
    inboxFreeBytes: 812 * GB,
    addresses: ['192.168.178.20:3120'],
    port: 3120,
  };
  engine.settings = { ...engine.settings, inbox: '/srv/ada/Ferry' };
  engine.peers.clear();
  const peers = [
    scenePeer(1, {
      name: 'Studio PC',
      announcedName: 'Studio PC',
      kind: 'desktop',
      trust: 'mine',
      path: {
        kind: 'cable',
        interface: 'enp3s0',
        megabitsPerSecond: 2_500,
        caution: null,
        address: '192.168.178.21:3120',
      },
    }),
    scenePeer(2, {
      name: 'Attic laptop',
      announcedName: 'Attic laptop',
      kind: 'laptop',
      path: {
        kind: 'wifi',
        interface: 'wlan0',
        megabitsPerSecond: 866,
        caution: null,
        address: '192.168.178.22:3120',
      },
    }),
    scenePeer(3, { name: 'Guest ThinkPad', kind: 'laptop', paired: false, trust: 'none', pairedMs: null }),
    scenePeer(4, {
      name: 'nas',
      kind: 'server',
      trust: 'mine',
      online: false,
      lastSeenMs: SCENE_NOW_MS - 3 * 3_600_000,
    }),
  ];
  for (const peer of peers) engine.peers.set(peer.shortId, peer);
}

export const MAIN_JOB = sceneJob(1, {
  names: ['Photos 2026'],
  state: 'running',
  progress: sceneProgress({ from: { there: 2.1 * GB, here: 0.9 * GB, older: 0.3 * GB } }),
});

const TRIP_JOB = sceneJob(2, {
  names: ['Trip 2026', 'plan.pdf'],
  role: 'destination',
  into: '/srv/ada/Ferry',
  state: 'running',
  peer: { id: sceneDeviceId(2), name: 'Attic laptop' },
  progress: sceneProgress({
    totalFiles: 214,
    files: 31,
    totalBytes: 3.2 * GB,
    bytes: 0.6 * GB,
    bytesPerSecond: 96.4 * MB,
    limitedBy: 'link',
    secondsLeft: 27,
    streams: 2,
    streamSpeeds: [50 * MB, 46.4 * MB],
  }),
});

/** How fast the minute below is. */
export const MINUTE_BYTES_PER_SECOND = 567 * MB;

/** A minute of throughput with a pause in it, as the main job had it. */
export function minuteOf(job: JobView, share = 1): Scene['past'] {
  const past: { atMs: number; job: JobView }[] = [];
  for (let step = 0; step < 600; step += 1) {
    const atMs = SCENE_NOW_MS - 60_000 + step * 100;
    const isPaused = step > 240 && step < 300;
    const wave = share * (1 + 0.1 * Math.sin(step / 17) + 0.06 * Math.sin(step / 5));
    const ramp = Math.min(1, step / 40);
    const streamSpeeds = [176, 159, 136, 96].map(
      (each, index) => each * MB * wave * ramp * (1 + index * 0.01),
    );
    past.push({
      atMs,
      job: isPaused
        ? { ...job, state: 'waiting', waitingFor: 'paused' }
        : {
            ...job,
            progress: {
              ...job.progress,
              bytesPerSecond: MINUTE_BYTES_PER_SECOND * wave * ramp,
              streamSpeeds,
            },
          },
    });
  }
  return past;
}

/** Picture A: a list with a bit of everything. */
export function mainScene(): Scene {
  const engine = sceneEngine();
  household(engine);
  const jobs = [
    MAIN_JOB,
    TRIP_JOB,
    sceneJob(3, {
      names: ['Backup'],
      state: 'waiting',
      waitingFor: 'peer',
      peer: { id: sceneDeviceId(4), name: 'nas' },
      progress: sceneProgress({ bytesPerSecond: 0, secondsLeft: null, streams: 0, streamSpeeds: [] }),
    }),
    sceneJob(4, {
      names: ['Project archive.tar'],
      state: 'partial',
      result: sceneResult({
        state: 'partial',
        problemCount: 4,
        problems: ['a/locked.db', 'a/secret.key', 'b/moved.txt', 'c/wire.sock'].map((path, index) => ({
          path,
          code: (['no-permission', 'no-permission', 'changed', 'special-file'] as const)[index] ?? 'io',
        })),
      }),
      progress: sceneProgress({ files: 4_996, totalFiles: 5_000, bytes: 11.98 * GB }),
    }),
    sceneJob(5, {
      names: ['Music'],
      state: 'done',
      result: sceneResult({
        bytes: 312 * MB,
        wireBytes: 40 * MB,
        reusedBytes: 272 * MB,
        from: { there: 272 * MB, here: 0, older: 0 },
      }),
      progress: sceneProgress({ files: 900, totalFiles: 900, bytes: 312 * MB, totalBytes: 312 * MB }),
    }),
    sceneJob(6, {
      names: ['thesis.pdf'],
      state: 'done',
      result: sceneResult({ files: 1, bytes: 8.12 * MB }),
    }),
  ];
  for (const job of jobs) engine.jobs.set(job.job, job);
  return {
    engine,
    view: {},
    wideView: { selectedJob: MAIN_JOB.job },
    past: [...minuteOf(MAIN_JOB), ...minuteOf(TRIP_JOB, 0.17)].sort((one, other) => one.atMs - other.atMs),
  };
}
