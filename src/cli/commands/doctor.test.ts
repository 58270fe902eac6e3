import { expect, test } from 'vitest';
import { FakeEngine } from '../../bridge/testing/fake-engine.ts';
import { DOCTOR_CHECKS, type DoctorCheck, type DoctorReport } from '../../shared/doctor.ts';
import { FakeRun } from '../testing/run-with-fake.ts';

const FINE: Readonly<Record<DoctorCheck, string>> = {
  interfaces: 'up',
  addresses: 'usable',
  multicast: 'heard',
  port: 'reachable',
  firewall: 'open',
  vpn: 'none',
  'client-isolation': 'none',
  clock: 'plausible',
  peer: 'reached',
};

function engineThatFinds(change: Partial<Record<DoctorCheck, Partial<DoctorReport>>>): FakeEngine {
  const engine = new FakeEngine();
  engine.answers['doctor.run'] = ({ check }) =>
    Promise.resolve({
      check,
      state: 'ok',
      finding: FINE[check],
      subjects: ['eth0', 'b\u001b[2J'],
      failure: null,
      tookMs: 12,
      ...change[check],
    });
  return engine;
}

test('runs every check in order and ends with 0 when nothing is bad', async () => {
  const run = new FakeRun({}, engineThatFinds({ vpn: { state: 'warning', finding: 'takes-all' } }));
  expect(await run.run('doctor', '--json')).toBe(0);
  expect(run.lines.map((line) => line['check'])).toEqual(DOCTOR_CHECKS.filter((check) => check !== 'peer'));
  expect(run.lines[5]).toMatchObject({
    kind: 'check',
    state: 'warning',
    finding: 'takes-all',
    milliseconds: 12,
  });
  expect(String(run.lines[5]?.['action'])).toContain('pause the VPN');
});

test('says in words what is wrong and what to do, with escapes', async () => {
  const bad = engineThatFinds({ multicast: { state: 'bad', finding: 'not-heard' } });
  const run = new FakeRun({}, bad);
  expect(await run.run('doctor')).toBe(1);
  expect(run.stdout).toMatch(/^ok {2}interfaces/);
  expect(run.stdout).toContain(
    'x   multicast         Questions to all on the network are sent but not heard',
  );
  expect(run.stdout).toContain(
    '\n                      Allow UDP port 5353 in the firewall of this device.\n',
  );
  expect(run.stdout).not.toContain('\u001b');
});

test('ends with 4 when the device that was named is not reached, whatever else is bad', async () => {
  const findings = {
    multicast: { state: 'bad', finding: 'not-heard' },
    peer: { state: 'bad', finding: 'refused', failure: { code: 'unreachable', reason: 'ECONNREFUSED' } },
  } as const;
  const run = new FakeRun({}, engineThatFinds(findings));
  expect(await run.run('doctor', 'desk', '--json')).toBe(4);
  expect(run.lines.at(-1)).toMatchObject({ check: 'peer', code: 'unreachable', reason: 'ECONNREFUSED' });
  expect(run.engine.calls.at(-1)).toEqual({ name: 'doctor.run', input: { check: 'peer', target: 'desk' } });
});
