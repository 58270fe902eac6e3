import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { Failure } from '../../../shared/failure.ts';
import type { Announcement, Discovery, SightingChange } from '../discovery.ts';

/** What the suite needs of an implementation: discoveries that can hear each other. */
export interface DiscoverySubject {
  /** One more device on the same network, each with a port and id of its own. */
  readonly create: () => Discovery;
  /** How long an announcement may take to be heard. */
  readonly patienceMs: number;
}

let ids = 0;

/** An announcement with an id and a port no other test of this process uses. */
export function makeAnnouncement(change: Partial<Announcement> = {}): Announcement {
  ids += 1;
  const shortId = `T${process.pid}Z${ids}Z`.padEnd(20, '0').slice(0, 20);
  return {
    shortId,
    name: `quiet harbour ${ids}`,
    kind: 'server',
    port: 30_000 + ids,
    visibility: 'everyone',
    ...change,
  };
}

/** A UDP port nobody uses, for mDNS between the discoveries of one test file only. */
export async function findFreeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

/** Everything a discovery tells, and a way to wait for what a test is after. */
export class SightingLog {
  readonly changes: SightingChange[] = [];
  readonly #ended = new AbortController();

  constructor(discovery: Discovery) {
    discovery.sightings((change) => this.changes.push(change), this.#ended.signal);
  }

  end(): void {
    this.#ended.abort();
  }

  /** The first change that fits; throws when none came in `patienceMs`. */
  async waitFor(fits: (change: SightingChange) => boolean, patienceMs: number): Promise<SightingChange> {
    const untilMs = Date.now() + patienceMs;
    for (;;) {
      const found = this.changes.find(fits);
      if (found !== undefined) return found;
      if (Date.now() > untilMs) throw new Error(`not heard: ${JSON.stringify(this.changes)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async sees(
    announcement: Announcement,
    patienceMs: number,
  ): Promise<Extract<SightingChange, { kind: 'seen' }>['sighting']> {
    const isIt = (change: SightingChange): boolean =>
      change.kind === 'seen' &&
      change.sighting.port === announcement.port &&
      (announcement.visibility === 'paired' || change.sighting.shortId === announcement.shortId);
    const change = await this.waitFor(isIt, patienceMs);
    if (change.kind !== 'seen') throw new Error('unreachable');
    return change.sighting;
  }
}

/** The lifecycle and the promises of {@link Discovery}; every implementation runs it. */
export function describeDiscovery(name: string, { create, patienceMs }: DiscoverySubject): void {
  const made: Discovery[] = [];
  const make = (): Discovery => {
    const discovery = create();
    made.push(discovery);
    return discovery;
  };
  const never = new AbortController().signal;

  describe(`${name} as a discovery`, () => {
    afterEach(async () => {
      await Promise.all(made.splice(0).map((discovery) => discovery.stop()));
    });

    it('may be stopped unstarted, started twice, stopped twice and started again', async () => {
      const [one, two] = [make(), make()];
      await one.stop();
      await one.start(never);
      await one.start(never);
      await one.stop();
      await one.stop();
      const announcement = makeAnnouncement();
      one.announce(announcement);
      const log = new SightingLog(two);
      await two.start(never);
      await one.start(never);
      expect((await log.sees(announcement, patienceMs)).name).toBe(announcement.name);
    });

    it('does not start when the signal has aborted', async () => {
      const discovery = make();
      await expect(discovery.start(AbortSignal.abort())).rejects.toBeInstanceOf(Failure);
      discovery.refresh();
    });

    it('finds those who came before and those who come after', async () => {
      const [one, two] = [make(), make()];
      const [first, second] = [makeAnnouncement(), makeAnnouncement()];
      one.announce(first);
      two.announce(second);
      await one.start(never);
      const heardByOne = new SightingLog(one);
      await two.start(never);
      const heardByTwo = new SightingLog(two);
      const [sightingOfOne, sightingOfTwo] = await Promise.all([
        heardByTwo.sees(first, patienceMs),
        heardByOne.sees(second, patienceMs),
      ]);
      expect(sightingOfOne.kind).toBe('server');
      expect(sightingOfOne.addresses.length).toBeGreaterThan(0);
      expect(sightingOfTwo.port).toBe(second.port);
      expect(sightingOfTwo.tag).not.toBe(sightingOfOne.tag);
    });

    it('never tells of itself', async () => {
      const [one, two] = [make(), make()];
      const [first, second] = [makeAnnouncement(), makeAnnouncement()];
      one.announce(first);
      two.announce(second);
      const log = new SightingLog(one);
      await one.start(never);
      await two.start(never);
      await log.sees(second, patienceMs);
      const own = log.changes.filter(
        (change) => change.kind === 'seen' && change.sighting.shortId === first.shortId,
      );
      expect(own).toEqual([]);
    });

    it('tells a late listener what is known, and none after its signal', async () => {
      const [one, two] = [make(), make()];
      const announcement = makeAnnouncement();
      one.announce(announcement);
      const early = new SightingLog(two);
      await two.start(never);
      await one.start(never);
      await early.sees(announcement, patienceMs);
      const late = new SightingLog(two);
      await late.sees(announcement, 0);
      early.end();
      const count = early.changes.length;
      const renamed = { ...announcement, name: 'loud harbour' };
      one.announce(renamed);
      await late.waitFor(
        (change) => change.kind === 'seen' && change.sighting.name === 'loud harbour',
        patienceMs,
      );
      expect(early.changes.length).toBe(count);
    });

    it('replaces an announcement: the new one is seen, the old one leaves', async () => {
      const [one, two] = [make(), make()];
      const before = makeAnnouncement();
      one.announce(before);
      const log = new SightingLog(two);
      await two.start(never);
      await one.start(never);
      const { tag } = await log.sees(before, patienceMs);
      const after = { ...before, port: before.port + 20_000 };
      one.announce(after);
      await log.sees(after, patienceMs);
      await log.waitFor((change) => change.kind === 'left' && change.tag === tag, patienceMs);
    });

    it('says goodbye when it stops', async () => {
      const [one, two] = [make(), make()];
      const announcement = makeAnnouncement();
      one.announce(announcement);
      const log = new SightingLog(two);
      await two.start(never);
      await one.start(never);
      const { tag } = await log.sees(announcement, patienceMs);
      await one.stop();
      await log.waitFor((change) => change.kind === 'left' && change.tag === tag, patienceMs);
    });

    it('hides id and name from all but paired devices, or itself altogether', async () => {
      const [shy, silent, witness] = [make(), make(), make()];
      const hidden = makeAnnouncement({ visibility: 'paired' });
      const off = makeAnnouncement({ visibility: 'off' });
      const unbound = makeAnnouncement({ port: 0 });
      shy.announce(hidden);
      silent.announce(off);
      const log = new SightingLog(witness);
      const silentLog = new SightingLog(silent);
      await witness.start(never);
      await silent.start(never);
      await shy.start(never);
      const seen = await log.sees(hidden, patienceMs);
      expect([seen.shortId, seen.name]).toEqual([null, null]);
      await silentLog.sees(hidden, patienceMs);
      silent.announce(unbound);
      silent.refresh();
      await new Promise((resolve) => setTimeout(resolve, 100));
      const ids = log.changes.map((change) => (change.kind === 'seen' ? change.sighting.shortId : null));
      expect(ids).not.toContain(off.shortId);
      expect(ids).not.toContain(unbound.shortId);
    });
  });
}
