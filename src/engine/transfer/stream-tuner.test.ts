import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StreamTuner } from './stream-tuner.ts';

const MOST = 16;
const TICK_MS = 100;

interface Network {
  /** Bytes per second with this many connections. */
  readonly speed: (streams: number) => number;
  readonly isLinkBound?: boolean;
  /** Of each tick, as a share of the speed; seeded by the caller. */
  readonly noise?: (tick: number) => number;
  readonly dialTicks?: number;
}

interface Course {
  readonly tuner: StreamTuner;
  /** Wanted connections after each tick. */
  readonly wanted: readonly number[];
  readonly bytes: number;
}

/** A copy of `seconds` over `network`. */
function simulate(network: Network, seconds: number, start = 1): Course {
  const { speed, isLinkBound = true, noise = () => 0, dialTicks = 1 } = network;
  const tuner = new StreamTuner({ start, most: MOST });
  const wanted: number[] = [];
  let live = start;
  let bytes = 0;
  for (let tick = 0; tick < seconds * 10; tick++) {
    if (live > tuner.wanted) live = tuner.wanted;
    else if (live < tuner.wanted && tick % dialTicks === 0) live += 1;
    bytes += (speed(live) * (1 + noise(tick)) * TICK_MS) / 1000;
    tuner.look({ nowMs: tick * TICK_MS, bytes, live, isLinkBound });
    wanted.push(tuner.wanted);
  }
  return { tuner, wanted, bytes };
}

/** `each` connection has a window of its own, all together a link. */
function windows(each: number, link: number) {
  return (streams: number) => Math.min(streams * each, link);
}

/** Even noise in ±`share`, the same for the same seed. */
function noiseOf(seed: number, share: number) {
  return (tick: number) => {
    const mixed = Math.imul(seed + tick * 2_654_435_761, 0x9e37_79b1) >>> 8;
    return ((mixed % 2_001) / 1_000 - 1) * share;
  };
}

describe('a delay and a small window for each connection', () => {
  test('connections are added while they pay, up to the most', () => {
    const { tuner, wanted } = simulate({ speed: windows(6e6, 1e9) }, 20);
    expect(wanted[0]).toBe(1);
    expect(tuner.wanted).toBe(MOST);
    expect(tuner.found).toMatchObject({ streams: MOST });
  });

  test('a minute comes within a tenth of the best fixed number, from nothing known', () => {
    const speed = windows(6e6, 80e6);
    const { bytes } = simulate({ speed, noise: noiseOf(3, 0.03) }, 60);
    expect(bytes).toBeGreaterThan(0.9 * 60 * speed(MOST));
  });

  test('a number that is known is where it begins, and stays', () => {
    const speed = windows(6e6, 96e6);
    const { wanted, bytes } = simulate({ speed }, 5, MOST);
    expect(Math.min(...wanted)).toBeGreaterThanOrEqual(12);
    expect(bytes).toBeGreaterThan(0.95 * 5 * speed(MOST));
  });
});

test('where one connection fills the link, one is what stays', () => {
  const { tuner, wanted } = simulate({ speed: () => 118e6, noise: noiseOf(1, 0.03) }, 60);
  const share = wanted.filter((streams) => streams > 1).length / wanted.length;
  expect(tuner.wanted).toBe(1);
  expect(share).toBeLessThan(0.1);
  expect(tuner).toMatchObject({ verdict: 'enough', found: { streams: 1 } });
});

test('more than are needed are dropped again', () => {
  const { tuner } = simulate({ speed: windows(50e6, 100e6), noise: noiseOf(2, 0.01) }, 400, MOST);
  expect(tuner.wanted).toBeLessThanOrEqual(4);
});

test('where connections only cost, none is added for long', () => {
  const { wanted } = simulate({ speed: (streams) => 1e9 * 0.92 ** (streams - 1) }, 30);
  expect(wanted.filter((streams) => streams > 1).length).toBeLessThan(30);
});

test('while an end or a limit holds the copy back, nothing changes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: MOST }), fc.integer({ min: 1, max: 1e9 }), (start, each) => {
      const { wanted } = simulate({ speed: windows(each, 1e10), isLinkBound: false }, 10, start);
      expect(new Set(wanted)).toEqual(new Set([start]));
    }),
  );
});

test('whatever the network does, the number stays between one and the most, and no copy is starved', () => {
  const network = fc.record({
    each: fc.integer({ min: 1e5, max: 1e9 }),
    links: fc.integer({ min: 1, max: 40 }),
    seed: fc.nat(),
    share: fc.double({ min: 0, max: 0.08, noNaN: true }),
    start: fc.integer({ min: 1, max: MOST }),
    dialTicks: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(network, ({ each, links, seed, share, start, dialTicks }) => {
      const speed = windows(each, each * links);
      const { wanted, bytes } = simulate({ speed, noise: noiseOf(seed, share), dialTicks }, 120, start);
      for (const streams of wanted) {
        expect(Number.isInteger(streams) && streams >= 1 && streams <= MOST).toBe(true);
      }
      expect(bytes).toBeGreaterThan(0.75 * 120 * speed(MOST));
    }),
    { numRuns: 200 },
  );
});

test('a pause breaks off what was being measured', () => {
  const tuner = new StreamTuner({ start: 1, most: MOST });
  const look = { bytes: 0, live: 1, isLinkBound: true };
  for (let nowMs = 0; nowMs < 500; nowMs += 100) tuner.look({ ...look, nowMs, bytes: nowMs * 1_000 });
  tuner.interrupted();
  tuner.look({ ...look, nowMs: 60_000, bytes: 500_000 });
  expect(tuner.wanted).toBe(1);
});
