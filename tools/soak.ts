/** `npm run soak -- --minutes N [--seed TEXT]`: random faults over three devices; every round is compared. */
import { parseArgs } from 'node:util';
import { Soak } from '../e2e/faults/soak.ts';
import { ensurePackages } from './system-packages.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, seed: { type: 'string' } },
});
const seed = values.seed ?? new Date().toISOString();
const endMs = Date.now() + Number(values.minutes) * 60_000;
const advice = await ensurePackages('test');
if (advice !== null) console.log(advice);
console.log(`seed: ${seed}`);
const soak = await Soak.create(seed);
try {
  do {
    console.log(`${soak.report.rounds + 1}: ${await soak.round()}`);
  } while (Date.now() < endMs);
  console.log(`held: ${JSON.stringify(soak.report)}`);
} catch (error) {
  console.log(
    `FAIL in round ${soak.report.rounds}: ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 1;
} finally {
  await soak.close();
}
