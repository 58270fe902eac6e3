import { type NetworkTestStep, type NetworkTestView, TESTED_STREAMS } from '../../shared/network-test.ts';
import { household, type Scene } from './main-scene.ts';
import { GB, MB, SCENE_NOW_MS, sceneDeviceId, sceneEngine, scenePeer } from './scene-values.ts';

/** What a cable of 10 Gbit gives; more than that were left out for want of any gain. */
const STEPS: readonly NetworkTestStep[] = [
  { streams: 1, bytesPerSecond: 412 * MB },
  { streams: 2, bytesPerSecond: 760 * MB },
  { streams: 3, bytesPerSecond: 980 * MB },
  { streams: 4, bytesPerSecond: 1.1 * GB },
  { streams: 6, bytesPerSecond: 1.09 * GB },
  { streams: 8, bytesPerSecond: 1.06 * GB },
];
const VALUES_PER_STEP = 20;

function testOf(change: Partial<NetworkTestView> = {}): NetworkTestView {
  const steps = change.steps ?? STEPS;
  const values = steps.flatMap(({ bytesPerSecond }) =>
    bytesPerSecond === null
      ? []
      : Array.from({ length: VALUES_PER_STEP }, (_, index) =>
          index === 0 ? null : bytesPerSecond * Math.min(1, 0.5 + index / 6) * (1 + 0.04 * Math.sin(index)),
        ),
  );
  return {
    test: 'ab'.repeat(16),
    peer: { id: sceneDeviceId(1), name: 'Studio PC' },
    state: 'done',
    series: { startMs: SCENE_NOW_MS - values.length * 100, stepMs: 100, values },
    best: 4,
    bytesPerSecond: 1.1 * GB,
    failure: null,
    ...change,
    steps,
  };
}

function testScene(test: NetworkTestView): Scene {
  const engine = sceneEngine();
  household(engine);
  engine.networkTests.set(test.peer.id, test);
  const { shortId } = scenePeer(1);
  return { engine, view: { selectedPeer: shortId, view: 'devices' }, past: [], scrollTo: 'network-test' };
}

/** Half way: two numbers of connections are measured, the third is being. */
const RUNNING = testOf({
  state: 'running',
  best: null,
  bytesPerSecond: null,
  steps: TESTED_STREAMS.map((streams, index) => ({
    streams,
    bytesPerSecond: index < 2 ? (STEPS[index]?.bytesPerSecond ?? null) : null,
  })),
});

/** Picture G: what the way to a device bears. */
export const NETWORK_TEST_SCENES = {
  'network-test': () => testScene(testOf()),
  'network-test-running': () => testScene(RUNNING),
} as const satisfies Readonly<Record<string, () => Scene>>;
