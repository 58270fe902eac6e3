import type { FakeEngine } from '../../bridge/testing/fake-engine.ts';
import type { CopyPlace } from '../../shared/browse.ts';
import { Failure } from '../../shared/failure.ts';
import type { PlaceEntry } from '../../shared/place.ts';
import { browseStore } from '../store/browse-store.ts';
import { peerRefOf } from '../store/peer-ref.ts';
import { household, type Scene } from './main-scene.ts';
import {
  GB,
  MB,
  SCENE_NOW_MS,
  sceneEngine,
  sceneJob,
  sceneJobId,
  scenePeer,
  sceneProgress,
} from './scene-values.ts';

const DAY_MS = 86_400_000;

function folder(name: string, daysAgo = 3): PlaceEntry {
  return { name, type: 'folder', bytes: 0, mtimeMs: SCENE_NOW_MS - daysAgo * DAY_MS };
}

function file(name: string, bytes: number, daysAgo = 8): PlaceEntry {
  return { name, type: 'file', bytes, mtimeMs: SCENE_NOW_MS - daysAgo * DAY_MS };
}

/** What is where, by device, share and path. */
const FOLDERS: Readonly<Record<string, readonly PlaceEntry[]>> = {
  '/inbox/': [
    folder('Photos 2026'),
    folder('Trip 2026', 40),
    file('a.jpg', 4.1 * MB),
    file('b.jpg', 4.1 * MB, 9),
    file('A film with a rather long name that somebody brought along.mov', 3.2 * GB, 400),
    file('plan.pdf', 812_000, 30),
    { name: 'latest', type: 'link', bytes: 0, mtimeMs: SCENE_NOW_MS },
    { name: 'camera.sock', type: 'special', bytes: 0, mtimeMs: SCENE_NOW_MS },
    file('empty.txt', 0, 2),
  ],
  'studio//': [folder('Media'), folder('Projects')],
  'studio/Media/': [folder('2024', 700), folder('2025', 330), folder('2026', 12), file('list.txt', 1_204)],
  'studio/Media/2026': [],
  'nas//': [folder('Archive')],
};

const MANY = Array.from({ length: 12_000 }, (_, index) =>
  file(`IMG_${String(index).padStart(5, '0')}.jpg`, 4 * MB + index * 1_000, index % 300),
);

/** Short names of the scene's devices, for the table above. */
function keyOf({ peer, share, path }: CopyPlace): string {
  const device = peer === null ? '' : peer === peerRefOf(scenePeer(1)) ? 'studio' : 'nas';
  return `${device}/${share ?? ''}/${path}`;
}

function answerBrowsing(engine: FakeEngine): void {
  engine.answers['places.roots'] = async () => [
    { root: 'inbox', name: 'Ferry', writable: true },
    { root: 'share:Music', name: 'Music', writable: false },
  ];
  engine.answers['browse.list'] = async ({ at, after, limit }) => {
    const all = at.path.endsWith('many') ? MANY : FOLDERS[keyOf(at)];
    if (all === undefined) throw new Failure('no-right');
    const start = after === null ? 0 : Number(after);
    const entries = all.slice(start, start + limit);
    const next = start + limit < all.length ? String(start + limit) : null;
    return { entries, next, canWrite: at.share !== null };
  };
  engine.answers['browse.makeFolder'] = async () => ({});
  engine.answers['jobs.copy'] = async ({ from }) =>
    engine.putJob(sceneJob(20, { names: [from[0]?.path ?? ''], state: 'preparing' }));
}

const STUDIO = peerRefOf(scenePeer(1));
const INBOX: CopyPlace = { peer: null, share: 'inbox', path: '' };

interface BrowseSceneHow {
  readonly left?: CopyPlace;
  readonly right?: CopyPlace;
  /** Names that are pressed in the left pane, the first alone, the others with Ctrl. */
  readonly choose?: readonly string[];
  readonly lastJob?: boolean;
}

function browseScene(how: BrowseSceneHow = {}): Scene {
  const engine = sceneEngine();
  household(engine);
  answerBrowsing(engine);
  if (how.lastJob === true) {
    const progress = sceneProgress({ limitedBy: 'link' });
    const job = sceneJob(20, { names: ['Photos 2026'], state: 'running', progress });
    engine.jobs.set(job.job, job);
  }
  browseStore.setState({
    places: {
      left: how.left ?? INBOX,
      right: how.right ?? { peer: STUDIO, share: 'Media', path: '' },
    },
    active: 'left',
    lastJob: how.lastJob === true ? sceneJobId(20) : null,
  });
  return { engine, view: { view: 'browse' }, past: [], chooseRows: how.choose ?? [] };
}

/** Picture F: two panes, and what may stand in them in place of rows. */
export const BROWSE_SCENES = {
  browse: () => browseScene({ choose: ['a.jpg', 'b.jpg'] }),
  'browse-copying': () =>
    browseScene({ right: { peer: STUDIO, share: 'Media', path: '2026' }, lastJob: true }),
  'browse-states': () =>
    browseScene({
      left: { peer: STUDIO, share: 'Private', path: '' },
      right: { peer: peerRefOf(scenePeer(4)), share: null, path: '' },
    }),
  'browse-many': () =>
    browseScene({
      left: { peer: STUDIO, share: 'Media', path: 'a/rather/deep/folder/with/many' },
      right: { peer: STUDIO, share: null, path: '' },
      choose: ['IMG_00003.jpg'],
    }),
  'browse-copy-to': () => {
    const scene = browseScene();
    const from = [{ peer: peerRefOf(scenePeer(4)), share: 'Archive', path: '2024' }];
    return {
      ...scene,
      view: { ...scene.view, dialog: { kind: 'copy-to', peer: scenePeer(1).shortId, from } },
    };
  },
} as const satisfies Readonly<Record<string, () => Scene>>;
