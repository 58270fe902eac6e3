import { expect, test } from 'vitest';
import { judgeFirewall } from './check-firewall.ts';
import { parseIptables } from './iptables-rules.ts';
import { isUfwOn, isWindowsOn, parseMacos } from './read-firewall.ts';

const places = [{ name: 'eth0', address: '192.168.1.8', neighbour: '192.168.1.9' }];
const judge = (rules: string, port = 3120, manager: 'ufw' | null = null) =>
  judgeFirewall([parseIptables(rules)], places, port, manager);

test('says what is dropped, by which rule, and what to run', () => {
  expect(judge('-P INPUT ACCEPT')).toEqual({ finding: 'open' });
  const port = '-A INPUT -p tcp -m tcp --dport 3120 -j DROP';
  expect(judge(port)).toEqual({
    finding: 'drops-port',
    subjects: ['3120/tcp', `iptables ${port}`, 'sudo iptables -I INPUT -p tcp --dport 3120 -j ACCEPT'],
  });
  const out =
    '-A OUTPUT -d 224.0.0.251/32 -p udp -m udp --dport 5353 -j REJECT --reject-with icmp-port-unreachable';
  expect(judge(out)).toMatchObject({
    finding: 'drops-multicast',
    subjects: ['5353/udp', `iptables ${out}`, 'sudo iptables -I OUTPUT -p udp --dport 5353 -j ACCEPT'],
  });
  expect(judge('-P INPUT DROP', 3120, 'ufw')).toMatchObject({
    finding: 'drops-both',
    subjects: [
      '3120/tcp, 5353/udp',
      'policy of iptables INPUT',
      'sudo ufw allow 3120/tcp && sudo ufw allow 5353/udp',
    ],
  });
});

test('a port that was free is not the one to open', () => {
  const rules =
    '-P INPUT DROP\n-A INPUT -p tcp --dport 3120 -j ACCEPT\n-A INPUT -p udp --dport 5353 -j ACCEPT';
  expect(judge(rules, 40_123)).toEqual({
    finding: 'other-port',
    subjects: ['40123/tcp', 'policy of iptables INPUT'],
  });
  expect(judge(rules, 3120)).toEqual({ finding: 'open' });
});

test('unsure rules are a warning', () => {
  expect(judge('-P INPUT ACCEPT\n-A INPUT -m recent --update -j DROP').finding).toBe('may-drop');
});

test('firewalls that only say that they are on', () => {
  expect(isUfwOn('# comment\nENABLED=yes\nLOGLEVEL=low\n')).toBe(true);
  expect(isUfwOn('# ENABLED=yes\nENABLED=no\n')).toBe(false);
  expect(
    parseMacos('Firewall is enabled. (State = 1)\n', 'Firewall has block all state set to disabled.\n'),
  ).toBe('macos');
  expect(parseMacos('Firewall is enabled. (State = 2)\n', '')).toBe('macos-blocks-all');
  expect(
    parseMacos('Firewall is enabled. (State = 1)\n', 'Firewall has block all state set to enabled.\n'),
  ).toBe('macos-blocks-all');
  expect(parseMacos('Firewall is disabled. (State = 0)\n', 'Block all DISABLED!\n')).toBe(null);
  expect(isWindowsOn('    EnableFirewall    REG_DWORD    0x1\r\n')).toBe(true);
  expect(isWindowsOn('    EnableFirewall    REG_DWORD    0x0\r\n')).toBe(false);
});
