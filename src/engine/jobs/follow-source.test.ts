import { expect, it } from 'vitest';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { Link } from '../link/link.ts';
import { type FollowedPull, SourceFollower } from './follow-source.ts';
import type { JobParts } from './job-parts.ts';
import type { ReachingSource } from './reach-source.ts';
import type { SourceTeller } from './tell-source.ts';

const job = 'ab'.repeat(16) as JobId;

function bench(addresses: readonly string[]) {
  const dialled: string[] = [];
  const pool = {
    post: (_job: JobId, message: { addresses: readonly { host: string; port: number }[] }) =>
      dialled.push(message.addresses.map(({ host, port }) => `${host}:${port}`).join() || 'nowhere'),
  };
  const stopped = AbortSignal.abort();
  const parts = { pool, links: { get: () => null }, signal: stopped } as unknown as JobParts;
  const follower = new SourceFollower(parts, {} as SourceTeller);
  const pull = {
    live: { key: { job }, view: { state: 'waiting', waitingFor: 'peer' } },
    sourceId: 'cd'.repeat(32) as DeviceId,
    stored: { dataPort: 0 },
    addresses,
  } as unknown as FollowedPull & ReachingSource;
  const comes = (host: string, port: number) =>
    follower.followTo(pull, { remoteHost: host, isDialled: false, peerHello: { port } } as unknown as Link);
  const isGone = () => follower.lost(pull);
  return { comes, isGone, dialled, pull };
}

it('looks for a source where it came from last, also when it was there before', () => {
  const { comes, dialled, pull } = bench(['10.0.0.1:3120']);
  comes('10.0.0.1', 3120);
  expect(dialled).toEqual([]);
  comes('10.0.0.2', 3120);
  comes('10.0.0.1', 3120);
  comes('10.0.0.1', 3120);
  expect(dialled).toEqual(['10.0.0.2:3120', '10.0.0.1:3120']);
  expect(pull.addresses).toEqual(['10.0.0.1:3120', '10.0.0.2:3120']);
});

it('gives up soon what is silent, once its source does not speak any more', () => {
  const { comes, isGone, dialled, pull } = bench(['10.0.0.1:3120']);
  isGone();
  expect(dialled).toEqual(['nowhere']);
  comes('10.0.0.2', 3120);
  expect(pull.addresses).toEqual(['10.0.0.2:3120', '10.0.0.1:3120']);
});
