import { fakeOffer } from '../../bridge/testing/fake-values.ts';
import type { PairingId } from '../../shared/ids.ts';
import { MAX_LISTED_JOBS, type Verification } from '../../shared/job.ts';
import { BROWSE_SCENES } from './browse-scenes.ts';
import { DEVICE_SCENES } from './device-scenes.ts';
import { household, MAIN_JOB, mainScene, type Scene } from './main-scene.ts';
import { NETWORK_TEST_SCENES } from './network-test-scenes.ts';
import { sceneEntries } from './scene-entries.ts';
import {
  GB,
  SCENE_NOW_MS,
  sceneDeviceId,
  sceneEngine,
  sceneJob,
  sceneJobId,
  scenePeer,
  sceneProgress,
  sceneResult,
} from './scene-values.ts';
import { SHARING_SCENES } from './sharing-scenes.ts';
import { TRANSFER_SCENES } from './transfer-scenes.ts';

function requestScene(): Scene {
  const scene = mainScene();
  const offer = fakeOffer({
    job: sceneJobId(20),
    peer: { id: sceneDeviceId(2), name: 'Attic laptop' },
    names: ['Trip 2026', 'plan.pdf', 'map.png', 'tickets.pdf', 'list.txt'],
    files: 214,
    bytes: 3.2 * GB,
    complete: false,
    into: '/srv/ada/Ferry',
    freeBytes: 812 * GB,
    clashes: { same: 9, differ: 3, complete: true },
    expiresMs: SCENE_NOW_MS + 272_000,
  });
  scene.engine.offers.set(offer.job, offer);
  return scene;
}

/** Picture C: the same with everything in sight, and more than the rule allows. */
function requestOpenScene(): Scene {
  const scene = requestScene();
  const { shortId } = scenePeer(2);
  const peer = scene.engine.peers.get(shortId);
  if (peer !== undefined) {
    const rule = { into: '/srv/ada/Ferry', maxBytes: 1 * GB };
    scene.engine.peers.set(shortId, { ...peer, rule });
  }
  return { ...scene, press: ['common.details'] };
}

/** As many as the list is promised to be smooth with. */
export const MANY_ENTRIES = 100_000;

/** Picture E by itself. */
function detailScene(): Scene {
  return { ...mainScene(), view: { selectedJob: MAIN_JOB.job } };
}

/** A copy of very many entries, at its list of them. */
function filesScene(): Scene {
  const scene = detailScene();
  scene.engine.answers['jobs.entries'] = sceneEntries(MANY_ENTRIES);
  return { ...scene, press: ['detail.tab.files'] };
}

/** A finished copy that was read back, with damage. */
function verifiedScene(): Scene {
  const scene = mainScene();
  const verification: Verification = {
    ...{ state: 'done', files: 4_990, bytes: 3.2 * GB, totalFiles: 4_996, totalBytes: 3.2 * GB },
    ...{ unproven: 40, damaged: 2, problemCount: 5, failure: null },
    problems: ['2019/IMG_000417.jpg', '2021/IMG_003120.jpg'].map((path) => ({ path, code: 'integrity' })),
    ...{ startedMs: SCENE_NOW_MS - 40_000, endedMs: SCENE_NOW_MS - 20_000 },
  };
  const job = sceneJob(28, { names: ['Verified'], state: 'done', result: sceneResult(), verification });
  scene.engine.jobs.set(job.job, job);
  return { ...scene, wideView: { selectedJob: job.job }, view: { selectedJob: job.job }, past: [] };
}

/** Nothing is opened: all copies together. */
function overviewScene(): Scene {
  return { ...mainScene(), wideView: {} };
}

function pairScene(): Scene {
  const engine = sceneEngine();
  household(engine);
  const pairing = 'ab'.repeat(8) as PairingId;
  engine.pairings.set(pairing, {
    pairing,
    role: 'initiator',
    peer: { id: sceneDeviceId(3), name: 'Guest ThinkPad' },
    code: '040920',
    state: 'comparing',
    failure: null,
    expiresMs: SCENE_NOW_MS + 107_000,
  });
  return { engine, view: { dialog: { kind: 'pair', shortId: scenePeer(3).shortId } }, past: [] };
}

function pairWaitScene(): Scene {
  const engine = sceneEngine();
  household(engine);
  engine.answers['pair.start'] = () => new Promise(() => undefined);
  return { engine, view: { dialog: { kind: 'pair', shortId: scenePeer(3).shortId } }, past: [] };
}

function firstRunScene(): Scene {
  const engine = sceneEngine();
  engine.device = { ...engine.device, name: 'Calm Otter', inboxFreeBytes: 812 * GB };
  return { engine, view: {}, past: [] };
}

function settingsScene(): Scene {
  const scene = mainScene();
  return { ...scene, view: { view: 'settings' }, wideView: {} };
}

function devicePageScene(): Scene {
  const engine = sceneEngine();
  household(engine);
  const hours = { fromMinute: 8 * 60, toMinute: 18 * 60 };
  const peer = { ...scenePeer(1), rule: { into: '/srv/ada/Ferry', maxBytes: 50 * GB, hours } };
  engine.peers.set(peer.shortId, { ...(engine.peers.get(peer.shortId) ?? peer), rule: peer.rule });
  return { engine, view: { selectedPeer: peer.shortId, view: 'devices' }, past: [] };
}

function keyChangedScene(): Scene {
  const scene = devicePageScene();
  const { shortId } = scenePeer(1);
  const peer = scene.engine.peers.get(shortId);
  if (peer !== undefined) scene.engine.peers.set(shortId, { ...peer, keyChanged: true, online: false });
  return scene;
}

function noNetworkScene(): Scene {
  const scene = mainScene();
  const { engine } = scene;
  engine.device = { ...engine.device, network: 'none', addresses: [] };
  for (const peer of [...engine.peers.values()]) {
    engine.peers.set(peer.shortId, { ...peer, online: false, path: null });
  }
  for (const job of [...engine.jobs.values()]) {
    if (job.state !== 'running') continue;
    const progress = sceneProgress({
      ...job.progress,
      bytesPerSecond: 0,
      secondsLeft: null,
      streamSpeeds: [],
    });
    engine.jobs.set(job.job, { ...job, state: 'waiting', waitingFor: 'peer', progress });
  }
  return { ...scene, wideView: {}, past: [] };
}

/** 120 characters. */
const LONG =
  'A name that goes on and on, as people write them when nobody stops them, until in the end it ends as all do with .tar.gz';

function hardNamesScene(): Scene {
  const scene = mainScene();
  const names = [LONG, '<img src=x onerror=alert(1)>', 'مجلد الصور', '👩‍👩‍👧‍👦 family', 'line\nbreak'];
  names.forEach((name, index) => {
    const job = sceneJob(30 + index, {
      names: [name],
      state: 'running',
      peer: { id: sceneDeviceId(1), name },
    });
    scene.engine.jobs.set(job.job, job);
    const peer = scenePeer(10 + index, { name, announcedName: name });
    scene.engine.peers.set(peer.shortId, peer);
  });
  scene.engine.device = { ...scene.engine.device, name: LONG.slice(0, 64) };
  return { ...scene, wideView: { selectedJob: sceneJobId(30) }, past: [] };
}

/** Jobs of a long history, which the engine tells of only when it is asked. */
export const OLDER_JOBS = 120;

function manyScene(): Scene {
  const scene = mainScene();
  for (let index = 0; index < 40; index += 1) {
    const peer = scenePeer(60 + index, {
      name: `Device ${index}`,
      online: index % 3 > 0,
      ...(index % 4 === 0 ? { paired: false, trust: 'none' as const, pairedMs: null } : {}),
    });
    scene.engine.peers.set(peer.shortId, peer);
  }
  for (let index = scene.engine.jobs.size; index < MAX_LISTED_JOBS; index += 1) {
    const job = sceneJob(40 + index, {
      names: [`Folder ${index}`],
      state: index % 5 === 0 ? 'failed' : 'done',
      result: sceneResult(index % 5 === 0 ? { state: 'failed', failure: { code: 'unreachable' } } : {}),
    });
    scene.engine.jobs.set(job.job, job);
  }
  const older = Array.from({ length: OLDER_JOBS }, (_, index) =>
    sceneJob(2_000 + index, { names: [`Older ${index}`], state: 'done', result: sceneResult() }),
  );
  scene.engine.answers['jobs.history'] = ({ query }) =>
    Promise.resolve({ jobs: older.filter(({ names }) => names.join().includes(query)), more: false });
  return scene;
}

const SCENES = {
  ...TRANSFER_SCENES,
  ...BROWSE_SCENES,
  ...DEVICE_SCENES,
  ...NETWORK_TEST_SCENES,
  ...SHARING_SCENES,
  main: mainScene,
  request: requestScene,
  'request-open': requestOpenScene,
  detail: detailScene,
  files: filesScene,
  verified: verifiedScene,
  overview: overviewScene,
  pair: pairScene,
  'pair-wait': pairWaitScene,
  'first-run': firstRunScene,
  settings: settingsScene,
  device: devicePageScene,
  'key-changed': keyChangedScene,
  'no-network': noNetworkScene,
  'hard-names': hardNamesScene,
  many: manyScene,
} as const;

export type SceneName = keyof typeof SCENES;

export const SCENE_NAMES = Object.keys(SCENES) as readonly SceneName[];

export function isSceneName(name: string): name is SceneName {
  return Object.hasOwn(SCENES, name);
}

export function makeScene(name: SceneName): Scene {
  return SCENES[name]();
}
