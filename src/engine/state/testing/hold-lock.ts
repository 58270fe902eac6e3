import { acquireEngineLock } from '../engine-lock.ts';

/** Child of engine-lock.test: takes the lock of the file in its arguments, says so, and stays until killed. */
const lock = await acquireEngineLock({ engineLock: process.argv[2] ?? '' });
process.send?.(lock === null ? 'refused' : 'held');
if (lock === null) process.disconnect();
// A parent that dies takes this with it.
process.on('disconnect', () => process.exit());
