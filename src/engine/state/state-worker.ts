import { parentPort, workerData } from 'node:worker_threads';
import { runBatch } from './batch.ts';
import { openDatabase } from './database.ts';
import { createOperations } from './operations/operations.ts';
import { toStateFailure } from './sqlite-failure.ts';
import type { FromStateWorker, StateWorkerData, ToStateWorker } from './state-messages.ts';

/**
 * Entry of the state worker: the only place that writes the database. node:sqlite is synchronous and a durable
 * commit is an fsync, which is why it has a thread of its own.
 */
function serveState(port: NonNullable<typeof parentPort>, data: StateWorkerData): void {
  const post = (message: FromStateWorker): void => port.postMessage(message);
  const path = data.databasePath;
  try {
    const { database, notices } = openDatabase(path, data.repair);
    const operations = createOperations(database);
    port.on('message', (message: ToStateWorker) => {
      if (message.kind === 'batch') {
        post({ kind: 'answers', outcomes: runBatch({ database, operations, path }, message.calls) });
        return;
      }
      database.close();
      port.close();
    });
    post({ kind: 'ready', notices });
  } catch (error) {
    post({ kind: 'unusable', failure: toStateFailure(error, path).toData() });
    port.close();
  }
}

if (parentPort !== null) serveState(parentPort, workerData as StateWorkerData);
