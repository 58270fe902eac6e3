import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { compareTrees } from './compare-trees.ts';
import { showTwoApps } from './demo-app.ts';
import { type JsonLine, runFerry } from './ferry-process.ts';
import { projectFolder } from './project-files.ts';
import { removeTree } from './trees/remove-tree.ts';
import { pairTwoDevices, type TwoDevices } from './two-devices.ts';

/**
 * `npm run demo -- --app` shows two devices in windows (demo-app.ts).
 * `npm run demo [-- PATH]`: two devices on this machine pair, one sends PATH to the other, and something
 * that is not Ferry compares both trees. Exit 0 only when they are identical.
 */

const SHOWN_DIFFERENCES = 20;
const INTERRUPT_GRACE_MS = 1000;

/** The result line of the newest job that this home knows. */
async function readResult(home: string, signal: AbortSignal): Promise<JsonLine | undefined> {
  const jobs = await runFerry({ args: ['jobs', '--json'], home, signal });
  const job = jobs.lines.find((line) => typeof line['job'] === 'string')?.['job'];
  if (typeof job !== 'string') return undefined;
  const status = await runFerry({ args: ['status', job, '--json'], home, signal });
  return status.lines.find((line) => line.kind === 'result');
}

function printTable(result: JsonLine | undefined, identical: boolean): void {
  const number = (key: string): number => Number(result?.[key] ?? Number.NaN);
  const megabytesPerSecond = number('bytes') / 1e6 / number('seconds');
  const rows: readonly [string, string][] = [
    ['files', number('files').toLocaleString('en')],
    ['folders', number('folders').toLocaleString('en')],
    ['links', number('links').toLocaleString('en')],
    ['bytes', number('bytes').toLocaleString('en')],
    ['seconds', number('seconds').toFixed(2)],
    ['speed', `${megabytesPerSecond.toFixed(megabytesPerSecond < 10 ? 1 : 0)} MB/s`],
    ['streams', String(number('streams'))],
    ['verified', result?.['verified'] === true ? 'yes, block by block' : 'no'],
    ['identical', identical ? 'yes' : 'NO'],
  ];
  console.log('');
  for (const [label, value] of rows) console.log(`  ${label.padEnd(10)} ${value.padStart(20)}`);
}

async function compare(source: string, copy: string): Promise<boolean> {
  console.log('Comparing both trees, by content, modes, times and links, without Ferry ...');
  const startMs = performance.now();
  const { by, differences } = await compareTrees(source, copy, (entries) => {
    if (process.stdout.isTTY) process.stdout.write(`\r  ${entries.toLocaleString('en')} entries`);
  });
  if (by === 'node' && process.stdout.isTTY) process.stdout.write('\n');
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(
    `  ${differences.length} differences (by ${by === 'rsync' ? 'rsync' : 'a plain walk'}, ${seconds} s)`,
  );
  for (const line of differences.slice(0, SHOWN_DIFFERENCES)) console.log(`  ${line}`);
  return differences.length === 0;
}

async function copyAndCompare(source: string, devices: TwoDevices, signal: AbortSignal): Promise<boolean> {
  console.log(`Sending ${source} ...`);
  const send = await runFerry({
    args: ['send', source, '--to', devices.peer],
    home: devices.senderHome,
    inherit: true,
    signal,
  });
  if (send.code !== 0) {
    console.log(`ferry send ended with exit ${send.code}`);
    return false;
  }
  const result = await readResult(devices.senderHome, signal);
  const identical = await compare(source, join(devices.inbox, basename(source)));
  printTable(result, identical);
  return identical && result !== undefined;
}

if (process.argv[2] === '--app') {
  await showTwoApps();
  process.exit();
}
const source = resolve(process.argv[2] ?? join(projectFolder, 'node_modules'));
const interrupted = new AbortController();
process.once('SIGTERM', () => interrupted.abort());
// A terminal tells its whole group, so both devices know already; a second signal would be "now, hard".
process.once('SIGINT', () => {
  process.exitCode = 130;
  setTimeout(() => interrupted.abort(), INTERRUPT_GRACE_MS).unref();
});

if (!existsSync(source)) {
  console.log(`${source}: there is no such path; name a folder or a file to copy`);
  process.exitCode = 2;
} else {
  const folder = mkdtempSync(join(tmpdir(), 'ferry-demo-'));
  let devices: TwoDevices | undefined;
  let identical = false;
  try {
    console.log('Starting two devices on this machine and pairing them ...');
    devices = await pairTwoDevices(folder, interrupted.signal);
    identical = await copyAndCompare(source, devices, interrupted.signal);
  } catch (error) {
    console.log(`The demo failed: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await devices?.receiver.stop();
    removeTree(folder);
  }
  process.exitCode ??= identical ? 0 : 1;
}
