import { describe, expect, test } from 'vitest';
import { FakeRun } from './testing/run-with-fake.ts';

describe('wrong usage is one line, exit 2, and opens no engine', () => {
  test.each([
    ['unknown command', ['sned', 'a']],
    ['unknown option', ['send', '--foo', '/']],
    ['no path', ['send']],
    ['bad rate', ['send', '/', '--limit', '150Mb']],
    ['no streams', ['send', '/', '--streams', '0']],
    ['too many streams', ['send', '/', '--streams', '17']],
    ['bad policy', ['send', '/', '--on-conflict', 'maybe']],
    ['empty peer', ['send', '/', '--to', 'a,,b']],
    ['bad port', ['serve', '--port', '65536']],
    ['bad accept', ['serve', '--accept', 'all']],
    ['bad share', ['serve', '--share', 'nodir']],
    ['bad range', ['send', '/', '--range', '5']],
    ['bad patience', ['send', '/', '--patience', 'soon']],
    ['bad trust', ['trust', 'x', 'friend']],
    ['no address', ['join']],
    ['a code among the arguments', ['join', 'h:1', 'CODE']],
    ['no job', ['cancel']],
    ['too many', ['rename', 'a', 'b']],
  ])('%s', async (_name, argv) => {
    const run = new FakeRun();
    expect(await run.run(...argv)).toBe(2);
    expect(run.stderr).toMatch(/^ferry: [^\n]+\n$/);
    expect(run.stdout).toBe('');
    expect(run.asked).toBeNull();

    const json = new FakeRun();
    expect(await json.run(...argv, '--json')).toBe(2);
    expect(json.stderr).toBe('');
    expect(json.lines).toEqual([{ kind: 'error', code: 'usage', message: expect.any(String) }]);
  });
});

test('every flag of the contract parses', async () => {
  const flags =
    '--on-conflict newer --limit 2Gbit/s --streams 8 --compress on --checksum --no-delta --no-reuse --verify --dry-run --range 0:5:9 --in-place --patience 5 --port 4000';
  for (const command of [
    ['send', '/', '--to', 'a,b'],
    ['receive', '-a', 'h:1', 'dir'],
    ['cp', 'a', 'b'],
  ]) {
    const run = new FakeRun({ env: { FERRY_CODE: 'c' } });
    await run.run(...command, ...flags.split(' '));
    expect(run.stderr, command[0]).not.toMatch(/option|argument/);
  }
});

test('help and version go to stdout and are no failure', async () => {
  const help = new FakeRun();
  expect(await help.run('--help')).toBe(0);
  expect(help.stdout).toContain('Usage: ferry');
  const sub = new FakeRun();
  expect(await sub.run('help', 'send')).toBe(0);
  expect(sub.stdout).toContain('--on-conflict');
  const version = new FakeRun();
  expect(await version.run('--version')).toBe(0);
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const nothing = new FakeRun();
  expect(await nothing.run()).toBe(2);
  expect(nothing.stdout).toBe('');
});

test('--json counts before and after the command, but not after --', async () => {
  const before = new FakeRun();
  expect(await before.run('--json', 'jobs')).toBe(0);
  const after = new FakeRun();
  await after.run('send', '--', '--json');
  expect(after.stdout).toBe('');
  expect(after.stderr).toContain('no such file or folder: --json');
});
