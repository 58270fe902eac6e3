import { describe, expect, test, vi } from 'vitest';
import { FakeEngine } from '../../bridge/testing/fake-engine.ts';
import { fakeDeviceId } from '../../bridge/testing/fake-values.ts';
import type { PairingView } from '../../shared/device.ts';
import type { PairingId } from '../../shared/ids.ts';
import { FakeRun } from '../testing/run-with-fake.ts';

describe('pair', () => {
  const comparing: PairingView = {
    pairing: 'a'.repeat(16) as PairingId,
    role: 'initiator',
    peer: { id: fakeDeviceId('b'), name: 'brave heron' },
    code: '040920',
    state: 'comparing',
    failure: null,
    expiresMs: Date.now() + 60_000,
  };

  function pairs(): FakeEngine {
    const engine = new FakeEngine();
    engine.answers['pair.start'] = async () => engine.putPairing(comparing);
    engine.answers['pair.open'] = async () => {
      const responder: PairingView = { ...comparing, role: 'responder', code: null, state: 'connecting' };
      setTimeout(() => {
        engine.putPairing(responder);
        engine.putPairing({ ...responder, code: '040920', state: 'comparing' });
      }, 10);
      return { expiresMs: Date.now() + 120_000 };
    };
    engine.answers['pair.confirm'] = async ({ matches }) =>
      engine.putPairing({
        ...comparing,
        state: matches ? 'done' : 'failed',
        failure: matches ? null : { code: 'pairing-mismatch' },
      });
    return engine;
  }

  test.each([[['pair', 'h:1']], [['pair']]])('%j: digits, yes, paired', async (argv) => {
    const run = new FakeRun({ input: 'yes\n' }, pairs());
    expect(await run.run(...argv, '--json')).toBe(0);
    expect(run.lines).toMatchObject([
      { kind: 'pairing', code: '040920', state: 'comparing' },
      { kind: 'pairing', state: 'done' },
    ]);
  });

  test('a person sees the digits and the address to go to', async () => {
    const run = new FakeRun({ input: 'y\n' }, pairs());
    expect(await run.run('pair')).toBe(0);
    expect(run.stdout).toContain('`ferry pair 127.0.0.1:40001`');
    expect(run.stdout).toContain('040 920');
  });

  test.each([['no\n'], [''], ['perhaps\n']])('answer %j is a no: exit 3', async (input) => {
    const run = new FakeRun({ input }, pairs());
    expect(await run.run('pair', 'h:1', '--json')).toBe(3);
    expect(run.engine.calls.at(-1)).toMatchObject({ name: 'pair.confirm', input: { matches: false } });
    expect(run.lines.at(-1)).toMatchObject({ kind: 'error', code: 'pairing-mismatch' });
  });

  test('the other side ending it takes the question back', async () => {
    const run = new FakeRun({ input: null }, pairs());
    const exit = run.run('pair', 'h:1', '--json');
    await vi.waitFor(() => expect(run.lines).toHaveLength(1));
    run.engine.putPairing({ ...comparing, state: 'failed', failure: { code: 'expired' } });
    expect(await exit).toBe(3);
    expect(run.lines.at(-1)).toMatchObject({ kind: 'error', code: 'expired' });
    expect(run.engine.calls.some(({ name }) => name === 'pair.confirm')).toBe(false);
  });

  test('Ctrl-C at the question is a no, exit 130', async () => {
    const run = new FakeRun({ input: null }, pairs());
    const exit = run.run('pair', 'h:1', '--json');
    await vi.waitFor(() => expect(run.lines).toHaveLength(1));
    run.interrupt();
    expect(await exit).toBe(130);
    expect(run.engine.calls.at(-1)).toMatchObject({ name: 'pair.confirm', input: { matches: false } });
  });

  test('nobody comes: expired', async () => {
    const engine = pairs();
    engine.answers['pair.open'] = () => Promise.resolve({ expiresMs: Date.now() + 20 });
    const run = new FakeRun({}, engine);
    expect(await run.run('pair', '--json')).toBe(3);
    expect(run.lines).toMatchObject([{ kind: 'error', code: 'expired' }]);
  });
});
