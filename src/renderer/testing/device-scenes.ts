import { DOCTOR_FINDINGS, type DoctorCheck, type DoctorReport } from '../../shared/doctor.ts';
import type { PhraseKey } from '../i18n/catalogue.ts';
import { dragStore } from '../store/drag-store.ts';
import { household, MAIN_JOB, mainScene, type Scene } from './main-scene.ts';
import {
  SCENE_NOW_MS,
  sceneEngine,
  sceneJob,
  sceneJobId,
  scenePeer,
  sceneProgress,
  sceneResult,
} from './scene-values.ts';

/** Picture B: three things are held over a device. */
function dropScene(): Scene {
  const afterStart = () => dragStore.setState({ drag: { items: 3, overPeer: scenePeer(1).shortId } });
  return { ...mainScene(), wideView: {}, narrowView: { view: 'devices' }, afterStart };
}

/** What a network with a strict access point and a VPN makes the checks say. */
const FOUND: Readonly<Record<DoctorCheck, { finding: string; subjects: readonly string[] }>> = {
  interfaces: { finding: 'up', subjects: ['enp3s0', 'wlan0'] },
  addresses: { finding: 'usable', subjects: ['192.168.178.20'] },
  multicast: { finding: 'partly', subjects: ['wlan0'] },
  port: { finding: 'reachable', subjects: ['3120'] },
  firewall: { finding: 'drops-both', subjects: ['TCP 3120, UDP 5353', 'ufw', 'ufw allow 3120/tcp'] },
  vpn: { finding: 'aside', subjects: ['wg0'] },
  'client-isolation': { finding: 'nobody', subjects: [] },
  clock: { finding: 'plausible', subjects: ['14:05'] },
  peer: { finding: 'silent', subjects: ['nas', '192.168.178.24:3120'] },
};

function reportOf(check: DoctorCheck): DoctorReport {
  const { finding, subjects } = FOUND[check];
  const states: Readonly<Record<string, DoctorReport['state']>> = DOCTOR_FINDINGS[check];
  return { check, finding, subjects, state: states[finding] ?? 'unknown', failure: null, tookMs: 12 };
}

function doctorScene(target: string | null): Scene {
  const engine = sceneEngine();
  household(engine);
  engine.answers['doctor.run'] = async ({ check }) => reportOf(check);
  return { engine, view: { dialog: { kind: 'doctor', target } }, past: [] };
}

function knockScene(): Scene {
  const scene = mainScene();
  const { shortId } = scenePeer(3);
  const knock = { shortId, name: 'Guest ThinkPad', atMs: SCENE_NOW_MS - 5_000 };
  scene.engine.device = { ...scene.engine.device, knock };
  return { ...scene, wideView: {} };
}

function inviteScene(): Scene {
  const engine = sceneEngine();
  household(engine);
  engine.answers['pair.open'] = () => new Promise(() => undefined);
  engine.answers['invite.create'] = async () => ({
    code: '7KQ2-M9XD-4TVB-8HZR-3NPC-6WEF-5JYG',
    expires: Date.now() + 598_000,
    addresses: ['192.168.178.20:3120'],
  });
  return { engine, view: { dialog: { kind: 'pair', shortId: null } }, past: [], press: ['pairing.invite'] };
}

function noDiscoveryScene(): Scene {
  const scene = mainScene();
  scene.engine.device = { ...scene.engine.device, network: 'no-discovery' };
  return { ...scene, wideView: {} };
}

/** The least and the most there is to say. */
function numbersScene(): Scene {
  const engine = sceneEngine();
  household(engine);
  const none = { bytesPerSecond: 0, secondsLeft: null, streams: 0, streamSpeeds: [] };
  const jobs = [
    sceneJob(1, {
      names: ['Whole disk'],
      state: 'running',
      progress: sceneProgress({
        totalFiles: 1_000_000,
        files: 431_207,
        totalBytes: 8.12e12,
        bytes: 3.06e12,
        secondsLeft: 8_900,
      }),
    }),
    sceneJob(2, {
      names: ['A million of them'],
      state: 'preparing',
      progress: sceneProgress({ ...none, complete: false, files: 0, bytes: 0, totalFiles: 1_000_000 }),
    }),
    sceneJob(3, {
      names: ['empty.txt'],
      state: 'done',
      result: sceneResult({ bytes: 0, files: 1, wireBytes: 312 }),
      progress: sceneProgress({ ...none, bytes: 0, totalBytes: 0, files: 1, totalFiles: 1 }),
    }),
    sceneJob(4, {
      names: ['one byte'],
      state: 'done',
      result: sceneResult({ bytes: 1, files: 1 }),
      progress: sceneProgress({ ...none, bytes: 1, totalBytes: 1, files: 1, totalFiles: 1 }),
    }),
    sceneJob(5, {
      names: ['Just begun'],
      state: 'running',
      progress: sceneProgress({ bytes: 812, files: 0, bytesPerSecond: 812, secondsLeft: null }),
    }),
    sceneJob(6, {
      names: ['One of a million is missing'],
      state: 'partial',
      result: sceneResult({ state: 'partial', problemCount: 1 }),
      progress: sceneProgress({
        ...none,
        totalFiles: 1_000_000,
        files: 999_999,
        bytes: 8.12e12,
        totalBytes: 8.12e12,
      }),
    }),
  ];
  for (const job of jobs) engine.jobs.set(job.job, job);
  return { engine, view: {}, past: [] };
}

/** Nothing moves, everything is settled. */
function restScene(): Scene {
  const engine = sceneEngine();
  household(engine);
  for (const [number, name] of [
    [1, 'Music'],
    [2, 'thesis.pdf'],
  ] as const) {
    const job = sceneJob(number, { names: [name], state: 'done', result: sceneResult() });
    engine.jobs.set(job.job, job);
  }
  return { engine, view: {}, past: [] };
}

function sendAgainScene(): Scene {
  const scene = mainScene();
  return { ...scene, view: { dialog: { kind: 'send-again', job: sceneJobId(5) } } };
}

function settingsTab(press: PhraseKey): () => Scene {
  return () => ({ ...mainScene(), view: { view: 'settings' }, wideView: {}, press: [press] });
}

function devicesScene(): Scene {
  return { ...mainScene(), view: { view: 'devices' } };
}

function lostScene(): Scene {
  return { ...mainScene(), view: { selectedJob: MAIN_JOB.job }, connection: 'lost' };
}

function noSessionScene(): Scene {
  return { ...mainScene(), connection: 'no-session' };
}

/** Scenes of devices, of the network and of the frame around everything. */
export const DEVICE_SCENES = {
  drop: dropScene,
  doctor: () => doctorScene(null),
  'doctor-peer': () => doctorScene(scenePeer(4).shortId),
  knock: knockScene,
  invite: inviteScene,
  'no-discovery': noDiscoveryScene,
  numbers: numbersScene,
  rest: restScene,
  'send-again': sendAgainScene,
  'settings-receiving': settingsTab('settings.receiving'),
  'settings-speed': settingsTab('settings.speed'),
  'settings-devices': settingsTab('settings.devices'),
  devices: devicesScene,
  lost: lostScene,
  'no-session': noSessionScene,
  palette: () => ({ ...mainScene(), view: { dialog: { kind: 'palette' } } }),
  report: () => ({ ...mainScene(), view: { dialog: { kind: 'report', job: null } } }),
  shortcuts: () => ({ ...mainScene(), view: { dialog: { kind: 'shortcuts' } } }),
} as const satisfies Readonly<Record<string, () => Scene>>;
