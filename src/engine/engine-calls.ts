import type { CallHandlers, CallParts } from './calls/call-parts.ts';
import { createDeviceCalls } from './calls/device-calls.ts';
import { createJobCalls } from './calls/job-calls.ts';
import { createNetworkCalls } from './calls/network-calls.ts';
import { createPageCalls } from './calls/page-calls.ts';
import { createPeerCalls } from './calls/peer-calls.ts';
import { createShareCalls } from './calls/share-calls.ts';

/** One handler per call of the contract; a missing or wrong one does not compile. */
export function createCalls(parts: CallParts): CallHandlers {
  return {
    ...createDeviceCalls(parts),
    ...createPeerCalls(parts),
    ...createJobCalls(parts),
    ...createPageCalls(parts),
    ...createShareCalls(parts),
    ...createNetworkCalls(parts),
  };
}
