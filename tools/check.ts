import { printOutcome, runStaticChecks } from './static-checks.ts';

/** `npm run check`: what can be said about the project without running it. */
const outcomes = await runStaticChecks();
for (const outcome of outcomes) printOutcome(outcome);
const failed = outcomes.filter((one) => one.problem !== null).length;
console.log(`${outcomes.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
