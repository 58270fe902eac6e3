/** The first packet of a connection, or an mDNS query, as a firewall of this machine meets it. IPv4. */
export interface Packet {
  readonly direction: 'in' | 'out';
  readonly protocol: 'tcp' | 'udp';
  /** Destination port. */
  readonly port: number;
  readonly source: string;
  readonly destination: string;
  readonly isMulticast: boolean;
  /** Interface it comes in by or leaves by. */
  readonly interface: string;
}

export type Verdict =
  | { readonly kind: 'accept' | 'drop' | 'return' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string };

/** What a rule does with a packet; `isCertain` is false where it asks something that cannot be told here. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly isCertain: boolean;
}

export interface Rule {
  /** Null where the rule does not apply, or decides nothing. */
  readonly judge: (packet: Packet) => Judgement | null;
  /** For people: the rule, or where it stands. */
  readonly text: string;
}

export interface Chain {
  readonly name: string;
  readonly rules: readonly Rule[];
  /** Where the kernel enters it, and what becomes of packets that no rule decided on; null is entered by jumps only. */
  readonly base: { readonly direction: Packet['direction']; readonly policy: 'accept' | 'drop' } | null;
}

/** Chains of one table, by the names that its rules jump to. */
export type Table = ReadonlyMap<string, Chain>;

export interface Fate {
  /** `maybe`: it depends on something that cannot be told from here. */
  readonly fate: 'pass' | 'drop' | 'maybe';
  /** The rule that drops it. */
  readonly by: string | null;
}

/** What may come out of a chain. */
interface Outcome {
  accepts: boolean;
  dropsBy: string | null;
  /** The packet goes back to whoever jumped here. */
  falls: boolean;
}

/** A kernel refuses deeper ones. */
const MAX_DEPTH = 16;

/** What becomes of `packet` in all tables: one that drops it is enough. */
export function fateOf(tables: readonly Table[], packet: Packet): Fate {
  let worst: Fate = { fate: 'pass', by: null };
  for (const table of tables) {
    for (const chain of table.values()) {
      if (chain.base?.direction !== packet.direction) continue;
      const { accepts, dropsBy, falls } = follow(table, chain, packet, 0);
      const policyDrops = falls && chain.base.policy === 'drop';
      const by = dropsBy ?? (policyDrops ? `policy of ${chain.name}` : null);
      if (by === null) continue;
      const mayPass = accepts || (falls && !policyDrops);
      if (!mayPass) return { fate: 'drop', by };
      worst = { fate: 'maybe', by };
    }
  }
  return worst;
}

function follow(table: Table, chain: Chain, packet: Packet, depth: number): Outcome {
  const outcome: Outcome = { accepts: false, dropsBy: null, falls: true };
  for (const rule of chain.rules) {
    const judgement = rule.judge(packet);
    if (judgement === null) continue;
    const passesOn = apply(table, rule, judgement.verdict, packet, depth, outcome);
    if (judgement.isCertain && passesOn !== 'next') return { ...outcome, falls: passesOn === 'falls' };
  }
  return outcome;
}

/** Adds what the verdict leads to, and says what follows where the rule applies for certain. */
function apply(
  table: Table,
  rule: Rule,
  verdict: Verdict,
  packet: Packet,
  depth: number,
  outcome: Outcome,
): 'next' | 'ends' | 'falls' {
  switch (verdict.kind) {
    case 'accept':
      outcome.accepts = true;
      return 'ends';
    case 'drop':
      outcome.dropsBy ??= rule.text;
      return 'ends';
    case 'return':
      return 'falls';
    case 'jump':
    case 'goto': {
      const target = table.get(verdict.chain);
      if (target === undefined || depth >= MAX_DEPTH) return 'next';
      const inner = follow(table, target, packet, depth + 1);
      outcome.accepts ||= inner.accepts;
      outcome.dropsBy ??= inner.dropsBy;
      if (!inner.falls) return 'ends';
      return verdict.kind === 'goto' ? 'falls' : 'next';
    }
  }
}

/** All of several conditions: false if one does not hold, null if one cannot be told, else true. */
export function every(conditions: readonly (boolean | null)[]): boolean | null {
  if (conditions.includes(false)) return false;
  return conditions.includes(null) ? null : true;
}
