import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fateOf, type Packet } from './firewall-rules.ts';
import { parseIptables } from './iptables-rules.ts';
import { parseNft } from './nft-rules.ts';

/** What the real programs print for rule sets as homes have them. */
function sample(name: string): string {
  return readFileSync(new URL(`testing/${name}`, import.meta.url), 'utf8');
}

const tcp: Packet = {
  direction: 'in',
  protocol: 'tcp',
  port: 3120,
  source: '192.168.1.9',
  destination: '192.168.1.8',
  isMulticast: false,
  interface: 'eth0',
};
const mdns: Packet = {
  ...tcp,
  protocol: 'udp',
  port: 5353,
  destination: '224.0.0.251',
  isMulticast: true,
};

describe('nft', () => {
  const { tables, ofIptables } = parseNft(sample('nft-home.json'));
  const fate = (change: Partial<Packet>) => fateOf(tables, { ...tcp, ...change });

  test.each<[string, Partial<Packet>, string]>([
    ['a port that is let in from here', {}, 'pass'],
    ['the same from elsewhere', { source: '172.16.0.9' }, 'drop'],
    ['a port in a set', { port: 22, source: '172.16.0.9' }, 'pass'],
    ['a port in a range of a set', { port: 8500, source: '172.16.0.9' }, 'pass'],
    ['a port outside of it', { port: 9001 }, 'drop'],
    ['a port that a map sends to a chain that drops', { port: 443 }, 'drop'],
    ['anything on loopback', { port: 9001, interface: 'lo' }, 'pass'],
  ])('%s', (_name, change, expected) => {
    expect(fate(change).fate).toBe(expected);
  });

  test('asks addresses of a named set, and names with a star', () => {
    expect(fateOf(tables, mdns).fate).toBe('pass');
    // Let in by the rule for multicast of anybody.
    expect(fateOf(tables, { ...mdns, source: '172.16.0.9', interface: 'wlan0' }).fate).toBe('pass');
    expect(
      fateOf(tables, { ...mdns, source: '172.16.0.9', destination: '172.16.0.8', isMulticast: false }),
    ).toEqual({
      fate: 'drop',
      by: 'nft inet filter input',
    });
  });

  test('sees what is dropped on its way out', () => {
    expect(fateOf(tables, { ...mdns, direction: 'out' })).toEqual({
      fate: 'drop',
      by: 'nft inet filter output',
    });
    expect(fateOf(tables, { ...tcp, direction: 'out' }).fate).toBe('pass');
  });

  test('leaves tables to iptables that only iptables can show', () => {
    expect(ofIptables).toEqual([]);
    expect(parseNft(sample('nft-by-iptables.json'))).toEqual({ tables: [], ofIptables: ['ip filter'] });
  });

  test('a condition that it does not know makes it unsure, not wrong', () => {
    const unknown = {
      nftables: [
        { chain: { family: 'inet', table: 't', name: 'c', type: 'filter', hook: 'input', policy: 'accept' } },
        { rule: { family: 'inet', table: 't', chain: 'c', expr: [{ fib: {} }, { drop: null }] } },
      ],
    };
    expect(fateOf(parseNft(JSON.stringify(unknown)).tables, tcp)).toEqual({
      fate: 'maybe',
      by: 'nft inet t c',
    });
  });

  test.each(['', '[]', '{"nftables":7}', '{"nftables":[null,{"rule":{"expr":[null]}},{"chain":{}}]}'])(
    'survives %s',
    (text) => {
      if (text === '') expect(() => parseNft(text)).toThrow(SyntaxError);
      else expect(parseNft(text).tables).toEqual([]);
    },
  );
});

describe('iptables', () => {
  const tables = [parseIptables(sample('iptables-ufw.txt'))];
  const fate = (change: Partial<Packet>) => fateOf(tables, { ...tcp, ...change });

  test('follows the chains of ufw to a port that is let in', () => {
    expect(fate({})).toEqual({ fate: 'pass', by: null });
    expect(fate({ port: 3131 })).toEqual({
      fate: 'drop',
      by: 'iptables -A ufw-skip-to-policy-input -j DROP',
    });
    expect(fateOf(tables, mdns).fate).toBe('pass');
    expect(fateOf(tables, { ...mdns, port: 5355 }).fate).toBe('drop');
  });

  test('asks where it comes from', () => {
    expect(fate({ port: 445 }).fate).toBe('pass');
    expect(fate({ port: 445, source: '192.168.2.9' }).fate).toBe('drop');
  });

  test('policy, negation, unknown conditions, and chains without end', () => {
    expect(fateOf([parseIptables('-P INPUT DROP')], tcp)).toEqual({
      fate: 'drop',
      by: 'policy of iptables INPUT',
    });
    const negated = '-P INPUT ACCEPT\n-A INPUT ! -s 192.168.1.0/24 -p tcp -j DROP';
    expect(fateOf([parseIptables(negated)], tcp).fate).toBe('pass');
    expect(fateOf([parseIptables(negated)], { ...tcp, source: '10.0.0.1' }).fate).toBe('drop');
    const unknown = '-P INPUT ACCEPT\n-A INPUT -m set --match-set bad src -j DROP';
    expect(fateOf([parseIptables(unknown)], tcp).fate).toBe('maybe');
    const round = '-P INPUT DROP\n-N a\n-A INPUT -j a\n-A a -j a\n-A a -j ACCEPT';
    expect(fateOf([parseIptables(round)], tcp).fate).toBe('pass');
  });
});
