/** Something a machine may lack. Each is checked in `needs.ts`. */
export type Need =
  | 'network-namespaces'
  | 'mounts'
  | 'another-user'
  | 'tc'
  | 'dbus-daemon'
  | 'avahi-daemon'
  | 'avahi-browse';

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
  {
    name: 'files and folders that are closed to this user',
    needs: ['another-user'],
    reason: 'root is refused nothing, so as root it takes `setpriv` to be somebody else',
  },
  {
    name: 'destinations that are full',
    needs: ['mounts'],
    reason: 'mounting a small file system takes root on Linux',
  },
  {
    name: 'real input comes out identical between two machines',
    needs: ['network-namespaces'],
    reason: 'making a network namespace takes root on Linux, and the commands of iproute2',
  },
  {
    name: 'two devices on a network of their own',
    needs: ['network-namespaces', 'dbus-daemon', 'avahi-daemon', 'avahi-browse'],
    reason: 'avahi runs in a network namespace with a message bus of its own',
  },
  {
    name: 'a network that changes under a copy',
    needs: ['network-namespaces'],
    reason: 'making a network namespace takes root on Linux, and the commands of iproute2',
  },
  {
    name: 'a copy over a slow link',
    needs: ['network-namespaces', 'tc'],
    reason: 'making a network namespace takes root on Linux, and the commands of iproute2',
  },
];
