import type { Identity } from '../identity/identity.ts';
import { LocalStreams } from './local-streams.ts';
import type { PullOrder } from './pull-order.ts';
import type { PullHandler } from './pull-stream.ts';
import { type JobStreams, PullStreams, type StreamEvents } from './pull-streams.ts';
import type { StageClock } from './stage-clock.ts';

/** The ways to the source of a pull: connections, or none where that is this device itself. */
export function openStreams(
  order: PullOrder,
  identity: Identity,
  handler: PullHandler,
  clock: StageClock,
  events: StreamEvents,
): JobStreams {
  const { job, local = null } = order;
  if (local !== null) return new LocalStreams({ job, items: local }, handler, events);
  return new PullStreams(order, identity, handler, clock, events);
}
