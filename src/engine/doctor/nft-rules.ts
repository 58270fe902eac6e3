import {
  type Chain,
  every,
  type Judgement,
  type Packet,
  type Table,
  type Verdict,
} from './firewall-rules.ts';
import { isInCidr, isInRange } from './ip-match.ts';

type Json = { readonly [key: string]: unknown };

/** nft's own bounds are higher; nothing at home comes near. */
const MAX_OBJECTS = 20_000;
const FAMILIES = new Set(['ip', 'inet']);
const HOOKS: Readonly<Record<string, Packet['direction']>> = {
  prerouting: 'in',
  input: 'in',
  output: 'out',
  postrouting: 'out',
};

const OTHER_PROTOCOLS = new Set(['tcp', 'udp', 'ip6', 'icmp', 'icmpv6', 'igmp', 'sctp', 'dccp', 'esp', 'ah']);

export interface NftTables {
  readonly tables: readonly Table[];
  /** Names of tables that iptables made, with conditions that only iptables can show. */
  readonly ofIptables: readonly string[];
}

/** The tables that IPv4 passes in what `nft -j list ruleset` prints. @throws SyntaxError when it is not JSON. */
export function parseNft(text: string): NftTables {
  const parsed: unknown = JSON.parse(text);
  const listed = isJson(parsed) && Array.isArray(parsed['nftables']) ? parsed['nftables'] : [];
  const objects = listed.slice(0, MAX_OBJECTS).filter(isJson);
  const sets = new Map<string, readonly unknown[]>();
  const tables = new Map<string, Map<string, Chain & { rules: Chain['rules'][number][] }>>();
  const ofIptables = new Set<string>();
  for (const object of objects) {
    const set = object['set'];
    if (isJson(set) && Array.isArray(set['elem']))
      sets.set(`${keyOf(set)} @${String(set['name'])}`, set['elem']);
    const chain = object['chain'];
    if (!isJson(chain) || !FAMILIES.has(String(chain['family']))) continue;
    const table = tables.get(keyOf(chain)) ?? new Map();
    tables.set(keyOf(chain), table);
    const name = `nft ${keyOf(chain)} ${String(chain['name'])}`;
    table.set(String(chain['name']), { name, rules: [], base: toBase(chain) });
  }
  for (const { rule } of objects) {
    if (!isJson(rule) || !Array.isArray(rule['expr'])) continue;
    const chain = tables.get(keyOf(rule))?.get(String(rule['chain']));
    if (chain === undefined) continue;
    const expressions = rule['expr'].filter(isJson);
    if (expressions.some((one) => 'xt' in one)) ofIptables.add(keyOf(rule));
    const lookUp = (name: string) => sets.get(`${keyOf(rule)} ${name}`) ?? null;
    chain.rules.push({
      text: chain.name,
      judge: (packet) => judge(expressions, packet, lookUp),
    });
  }
  const kept = [...tables].filter(([key]) => !ofIptables.has(key)).map(([, table]) => table);
  return { tables: kept, ofIptables: [...ofIptables] };
}

type LookUp = (set: string) => readonly unknown[] | null;

function keyOf(object: Json): string {
  return `${String(object['family'])} ${String(object['table'])}`;
}

function toBase(chain: Json): Chain['base'] {
  const direction = chain['type'] === 'filter' ? HOOKS[String(chain['hook'])] : undefined;
  if (direction === undefined) return null;
  return { direction, policy: chain['policy'] === 'drop' ? 'drop' : 'accept' };
}

function judge(expressions: readonly Json[], packet: Packet, lookUp: LookUp): Judgement | null {
  const conditions: (boolean | null)[] = [];
  for (const expression of expressions) {
    const verdict = toVerdict(expression);
    if (verdict !== null) {
      const applies = every(conditions);
      return applies === false ? null : { verdict, isCertain: applies === true };
    }
    if (isJson(expression['vmap'])) return judgeMap(expression['vmap'], packet, conditions, lookUp);
    conditions.push(holds(expression, packet, lookUp));
  }
  return null;
}

function toVerdict(expression: unknown): Verdict | null {
  if (!isJson(expression)) return null;
  if ('accept' in expression) return { kind: 'accept' };
  if ('drop' in expression || 'reject' in expression) return { kind: 'drop' };
  if ('return' in expression) return { kind: 'return' };
  for (const kind of ['jump', 'goto'] as const) {
    const target = expression[kind];
    if (isJson(target)) return { kind, chain: String(target['target']) };
  }
  return null;
}

/** `tcp dport vmap { 22 : accept }`: the first key that fits gives the verdict. */
function judgeMap(
  map: Json,
  packet: Packet,
  conditions: readonly (boolean | null)[],
  lookUp: LookUp,
): Judgement | null {
  const data = isJson(map['data']) && Array.isArray(map['data']['set']) ? map['data']['set'] : [];
  for (const pair of data) {
    if (!Array.isArray(pair)) continue;
    const verdict = toVerdict(pair[1]);
    const applies = every([...conditions, compare(map['key'], '==', pair[0], packet, lookUp)]);
    if (verdict !== null && applies !== false) return { verdict, isCertain: applies === true };
  }
  return null;
}

/** Whether an expression lets the packet on; null where this cannot tell. */
function holds(expression: Json, packet: Packet, lookUp: LookUp): boolean | null {
  const match = expression['match'];
  if (isJson(match)) return compare(match['left'], String(match['op']), match['right'], packet, lookUp);
  // Below its limit, which one connection is; counters and logs let everything on.
  const isPassing = ['counter', 'log', 'limit', 'comment', 'mangle', 'quota', 'notrack'].some(
    (key) => key in expression,
  );
  return isPassing ? true : null;
}

function compare(left: unknown, op: string, right: unknown, packet: Packet, lookUp: LookUp): boolean | null {
  const value = valueOf(left, packet);
  // `tcp dport` asks for the protocol too.
  if (value === 'other protocol') return false;
  if (value === null) return null;
  const isIn = contains(right, value, lookUp);
  if (op === '==' || op === 'in') return isIn;
  return op === '!=' && isIn !== null ? !isIn : null;
}

/** What the packet has where the rule looks; null where this does not know. */
function valueOf(left: unknown, packet: Packet): string | number | null {
  if (!isJson(left)) return null;
  const { payload, meta, ct } = left;
  if (isJson(payload)) {
    const { protocol, field } = payload;
    if (protocol === 'ip') {
      const fields = { saddr: packet.source, daddr: packet.destination, protocol: packet.protocol };
      return Object.hasOwn(fields, String(field)) ? fields[field as keyof typeof fields] : null;
    }
    if (protocol === 'th' || protocol === packet.protocol) return field === 'dport' ? packet.port : null;
    return OTHER_PROTOCOLS.has(String(protocol)) ? 'other protocol' : null;
  }
  if (isJson(meta)) return valueOfMeta(String(meta['key']), packet);
  return isJson(ct) && ct['key'] === 'state' ? 'new' : null;
}

function valueOfMeta(key: string, packet: Packet): string | number | null {
  switch (key) {
    case 'iif':
    case 'iifname':
      return packet.direction === 'in' ? packet.interface : '';
    case 'oif':
    case 'oifname':
      return packet.direction === 'out' ? packet.interface : '';
    case 'l4proto':
      return packet.protocol;
    case 'nfproto':
      return 'ipv4';
    case 'protocol':
      return 'ip';
    case 'pkttype':
      return packet.isMulticast ? 'multicast' : 'host';
    default:
      return null;
  }
}

function contains(right: unknown, value: string | number, lookUp: LookUp): boolean | null {
  if (typeof right === 'string' && right.startsWith('@')) {
    const elements = lookUp(right);
    return elements === null ? null : any(elements.map((element) => contains(element, value, lookUp)));
  }
  if (typeof right === 'string' && right.endsWith('*')) return String(value).startsWith(right.slice(0, -1));
  if (typeof right === 'string' || typeof right === 'number') return String(right) === String(value);
  if (Array.isArray(right)) return any(right.map((one) => contains(one, value, lookUp)));
  if (!isJson(right)) return null;
  const { set, prefix, range, elem } = right;
  if (Array.isArray(set)) return any(set.map((one) => contains(one, value, lookUp)));
  if (isJson(elem)) return contains(elem['val'], value, lookUp);
  if (isJson(prefix)) return isInCidr(String(value), `${String(prefix['addr'])}/${String(prefix['len'])}`);
  if (!Array.isArray(range)) return null;
  const [first, last] = range;
  if (typeof value === 'number') return value >= Number(first) && value <= Number(last);
  return isInRange(value, String(first), String(last));
}

function any(answers: readonly (boolean | null)[]): boolean | null {
  if (answers.includes(true)) return true;
  return answers.includes(null) ? null : false;
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
