import { type Chain, every, type Packet, type Rule, type Table, type Verdict } from './firewall-rules.ts';
import { isInCidr } from './ip-match.ts';

/** Longest listing looked at: hosts with tens of thousands of rules exist, and they are not homes. */
const MAX_LINES = 20_000;
const HOOKS: Readonly<Record<string, Packet['direction']>> = { INPUT: 'in', OUTPUT: 'out' };
const VERDICTS: Readonly<Record<string, Verdict>> = {
  ACCEPT: { kind: 'accept' },
  DROP: { kind: 'drop' },
  REJECT: { kind: 'drop' },
  RETURN: { kind: 'return' },
};
/** Targets that let the packet go on to the next rule. */
const PASSING = new Set(['LOG', 'NFLOG', 'ULOG', 'MARK', 'CONNMARK', 'TRACE', 'AUDIT', 'CHECKSUM', 'TCPMSS']);

/** The filter table as `iptables -S` prints it. Lines that are not understood count as unknown, never as an error. */
export function parseIptables(text: string): Table {
  const policies = new Map<string, 'accept' | 'drop'>();
  const rules = new Map<string, Rule[]>();
  const rulesOf = (chain: string): Rule[] => {
    const known = rules.get(chain) ?? [];
    rules.set(chain, known);
    return known;
  };
  for (const line of text.split('\n').slice(0, MAX_LINES)) {
    const [command, chain = '', third = ''] = line.trim().split(/\s+/);
    if (command === '-P') policies.set(chain, third === 'DROP' ? 'drop' : 'accept');
    if (command === '-P' || command === '-N') rulesOf(chain);
    if (command === '-A') rulesOf(chain).push(toRule(line.trim()));
  }
  const table = new Map<string, Chain>();
  for (const [name, own] of rules) {
    const direction = HOOKS[name];
    const base = direction === undefined ? null : { direction, policy: policies.get(name) ?? 'accept' };
    table.set(name, { name: `iptables ${name}`, rules: own, base });
  }
  return table;
}

interface Option {
  readonly name: string;
  readonly values: readonly string[];
  readonly isNegated: boolean;
}

function toRule(line: string): Rule {
  const options = toOptions(line);
  const target = options.find(({ name }) => name === '-j' || name === '-g');
  const word = target?.values[0] ?? '';
  const verdict = toVerdict(target?.name ?? '', word);
  const conditions = options.filter((option) => option !== target);
  return {
    text: `iptables ${line}`,
    judge: (packet) => {
      if (verdict === null) return null;
      const applies = every(
        conditions.map((option) => negate(holds(option, packet, word), option.isNegated)),
      );
      return applies === false ? null : { verdict, isCertain: applies === true };
    },
  };
}

function toVerdict(flag: string, target: string): Verdict | null {
  if (target === '' || PASSING.has(target)) return null;
  return VERDICTS[target] ?? { kind: flag === '-g' ? 'goto' : 'jump', chain: target };
}

function negate(holding: boolean | null, isNegated: boolean): boolean | null {
  return holding === null || !isNegated ? holding : !holding;
}

/** The words after `-A CHAIN`, cut into options with their values. Comments in quotes stay one word. */
function toOptions(line: string): readonly Option[] {
  const words = [...line.matchAll(/"(?:[^"\\]|\\.)*"|\S+/g)].map(([word]) => word).slice(2);
  const options: { name: string; values: string[]; isNegated: boolean }[] = [];
  let isNegated = false;
  for (const word of words) {
    if (word === '!') isNegated = true;
    else if (/^--?[a-z]/.test(word)) {
      options.push({ name: word, values: [], isNegated });
      isNegated = false;
    } else options.at(-1)?.values.push(word);
  }
  return options;
}

/** Whether one condition holds; null where this does not know the condition. */
function holds({ name, values }: Option, packet: Packet, target: string): boolean | null {
  const [value = ''] = values;
  switch (name) {
    case '-m':
    case '--comment':
    case '--limit':
    case '--limit-burst':
      return true;
    case '-p':
      return value === 'all' || value === packet.protocol;
    case '-i':
      return packet.direction === 'in' ? isNamed(packet.interface, value) : false;
    case '-o':
      return packet.direction === 'out' ? isNamed(packet.interface, value) : false;
    case '-s':
      return isInCidr(packet.source, value);
    case '-d':
      return isInCidr(packet.destination, value);
    case '--dport':
    case '--dports':
    case '--ports':
      return isPort(packet.port, value);
    case '--ctstate':
    case '--state':
      return value.split(',').includes('NEW');
    case '--dst-type':
      return holdsType(packet, value);
    case '--pkt-type':
      return value === 'multicast' ? packet.isMulticast : value === 'unicast' ? !packet.isMulticast : false;
    case '--icmp-type':
      return false;
    case '--reject-with':
      return target === 'REJECT' ? true : null;
    default:
      return null;
  }
}

function isNamed(name: string, pattern: string): boolean {
  return pattern.endsWith('+') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function isPort(port: number, list: string): boolean {
  return list.split(',').some((item) => {
    const [first = '', last = first] = item.split(':');
    return port >= Number(first || 0) && port <= Number(last || 0xffff);
  });
}

function holdsType(packet: Packet, type: string): boolean | null {
  if (type === 'MULTICAST') return packet.isMulticast;
  if (type === 'LOCAL') return packet.direction === 'in' && !packet.isMulticast;
  return type === 'BROADCAST' ? false : null;
}
