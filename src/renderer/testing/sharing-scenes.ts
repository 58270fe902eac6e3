import type { FakeEngine } from '../../bridge/testing/fake-engine.ts';
import type { ShareView } from '../../shared/share.ts';
import type { PhraseKey } from '../i18n/catalogue.ts';
import { household, type Scene } from './main-scene.ts';
import { sceneDeviceId, sceneEngine } from './scene-values.ts';

const SHARES: readonly ShareView[] = [
  { name: 'Media', dir: '/srv/media', readers: 'mine', writers: 'none', opens: null, isThere: true },
  {
    name: 'Projects',
    dir: '/srv/ada/Projects',
    readers: [sceneDeviceId(1), sceneDeviceId(4)],
    writers: [sceneDeviceId(4)],
    opens: null,
    isThere: true,
  },
  { name: 'Everything', dir: '/srv/ada', readers: 'mine', writers: 'mine', opens: 'home', isThere: true },
  { name: 'Old disk', dir: '/mnt/old', readers: 'mine', writers: 'none', opens: null, isThere: false },
];

function answerSharing(engine: FakeEngine): void {
  engine.answers['shares.list'] = async () => SHARES;
  engine.answers['places.roots'] = async () => [{ root: 'inbox', name: 'Ferry', writable: true }];
  engine.answers['shares.set'] = async ({ name }) => ({
    name,
    dir: '/srv/ada',
    readers: [],
    writers: 'none',
    opens: 'home',
    isThere: true,
  });
}

function sharingScene(press: readonly PhraseKey[]): Scene {
  const engine = sceneEngine();
  household(engine);
  answerSharing(engine);
  return { engine, view: { view: 'settings' }, past: [], press: ['settings.sharing', ...press] };
}

/** Picture H, its section about shared folders. */
export const SHARING_SCENES = {
  sharing: () => sharingScene([]),
  'sharing-warning': () => sharingScene(['sharing.add', 'sharing.share']),
} as const satisfies Readonly<Record<string, () => Scene>>;
