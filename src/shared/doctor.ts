import type { FailureData } from './failure.ts';

/** What `doctor` looks at, in the order it is shown. */
export const DOCTOR_CHECKS = [
  'interfaces',
  'addresses',
  'multicast',
  'port',
  'firewall',
  'vpn',
  'client-isolation',
  'clock',
  'peer',
] as const;

export type DoctorCheck = (typeof DOCTOR_CHECKS)[number];

export type DoctorState = 'ok' | 'warning' | 'bad' | 'unknown';

/** Everything a check can find, and how bad that is. Closed: the texts of every language have these keys. */
export const DOCTOR_FINDINGS = {
  interfaces: { up: 'ok', 'slow-link': 'warning', 'only-virtual': 'warning', none: 'bad' },
  addresses: {
    usable: 'ok',
    'several-networks': 'warning',
    'no-ipv4': 'warning',
    'self-assigned': 'bad',
    none: 'bad',
  },
  multicast: {
    answered: 'ok',
    heard: 'ok',
    partly: 'warning',
    'switched-off': 'bad',
    'port-held': 'bad',
    'not-permitted': 'bad',
    'no-route': 'bad',
    'not-heard': 'bad',
    'no-interface': 'unknown',
  },
  port: {
    reachable: 'ok',
    'no-network': 'unknown',
    'not-listening': 'bad',
    'loopback-only': 'bad',
    'other-program': 'bad',
    blocked: 'bad',
  },
  firewall: {
    open: 'ok',
    'may-drop': 'warning',
    'other-port': 'warning',
    active: 'warning',
    'macos-on': 'warning',
    'windows-on': 'warning',
    'macos-blocks-all': 'bad',
    'drops-port': 'bad',
    'drops-multicast': 'bad',
    'drops-both': 'bad',
    unreadable: 'unknown',
  },
  vpn: { none: 'ok', aside: 'ok', 'takes-all': 'warning', 'takes-local': 'bad' },
  'client-isolation': {
    none: 'ok',
    nobody: 'unknown',
    'peer-firewall': 'warning',
    'peers-silent': 'warning',
    isolated: 'bad',
  },
  clock: { plausible: 'ok', 'went-back': 'warning', 'in-the-past': 'bad' },
  peer: {
    linked: 'ok',
    reached: 'ok',
    'no-target': 'unknown',
    unknown: 'bad',
    ambiguous: 'bad',
    'this-device': 'bad',
    'name-not-resolved': 'bad',
    'no-address': 'bad',
    away: 'bad',
    refused: 'bad',
    'no-route': 'bad',
    silent: 'bad',
    'not-ferry': 'bad',
    'handshake-silent': 'bad',
    'wrong-device': 'bad',
    older: 'bad',
    newer: 'bad',
    'no-hello': 'bad',
  },
} as const satisfies Readonly<Record<DoctorCheck, Readonly<Record<string, DoctorState>>>>;

export type DoctorFinding<Check extends DoctorCheck = DoctorCheck> = Extract<
  keyof (typeof DOCTOR_FINDINGS)[Check],
  string
>;

/** One check that has run. The sentence and the one action are made from `check` and `finding` by the text. */
export interface DoctorReport {
  readonly check: DoctorCheck;
  readonly state: DoctorState;
  /** One of DOCTOR_FINDINGS. */
  readonly finding: string;
  /** What it is about: an interface, an address, a rule. Raw: escape before showing. */
  readonly subjects: readonly string[];
  readonly failure: FailureData | null;
  /** How long the check took, in ms; of `peer` only the step at which it ended. */
  readonly tookMs: number;
}
