/** Something a machine may lack. Each is checked in `needs.ts`. */
export type Need = 'network-namespaces' | 'tc' | 'dbus-daemon' | 'avahi-daemon' | 'avahi-browse';

export interface ExpectedSkip {
  /** Exact name of the suite that is left out, as the test report shows it. */
  readonly name: string;
  /** It is left out only if one of these is missing. */
  readonly needs: readonly Need[];
  readonly reason: string;
}

/** Every suite that may be left out, and why. A suite that is skipped and not listed here is a failure. */
export const EXPECTED_SKIPS: readonly ExpectedSkip[] = [
  {
    name: 'network namespaces',
    needs: ['network-namespaces', 'tc'],
    reason: 'making a network namespace takes root on Linux, and the commands of iproute2',
  },
  {
    name: 'discovery between network namespaces',
    needs: ['network-namespaces'],
    reason: 'making a network namespace takes root on Linux, and the commands of iproute2',
  },
  {
    name: 'discovery as avahi sees it',
    needs: ['network-namespaces', 'dbus-daemon', 'avahi-daemon', 'avahi-browse'],
    reason: 'avahi runs in a network namespace with a message bus of its own',
  },
];
