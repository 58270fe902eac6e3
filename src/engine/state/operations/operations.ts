import type { DatabaseSync } from 'node:sqlite';
import { createClaimOperations } from './claim-operations.ts';
import { createContentOperations } from './content-operations.ts';
import { createDeviceOperations } from './device-operations.ts';
import { createGrantOperations } from './grant-operations.ts';
import { createHistoryOperations } from './history-operations.ts';
import { createJobOperations } from './job-operations.ts';
import { createMetaOperations } from './meta-operations.ts';
import { createOfferOperations } from './offer-operations.ts';
import { createPartOperations } from './part-operations.ts';
import { createPeerOperations } from './peer-operations.ts';
import { createProblemOperations } from './problem-operations.ts';
import { createReceiptOperations } from './receipt-operations.ts';
import { createShareOperations } from './share-operations.ts';
import { createSpeedOperations } from './speed-operations.ts';
import { createWayOperations } from './way-operations.ts';

/** Everything that can be done with the database, one group a table. Runs in the state worker only. */
export function createOperations(database: DatabaseSync) {
  const problems = createProblemOperations(database);
  const parts = createPartOperations(database);
  return {
    device: createDeviceOperations(database),
    peers: createPeerOperations(database),
    jobs: createJobOperations(database, problems, parts),
    problems: { add: problems.add, page: problems.page, at: problems.at },
    parts,
    claims: createClaimOperations(database),
    receipts: createReceiptOperations(database),
    contents: createContentOperations(database),
    speeds: createSpeedOperations(database),
    ways: createWayOperations(database),
    offers: createOfferOperations(database),
    grants: createGrantOperations(database),
    shares: createShareOperations(database),
    history: createHistoryOperations(database),
    meta: createMetaOperations(database),
  };
}

export type StateOperations = ReturnType<typeof createOperations>;
