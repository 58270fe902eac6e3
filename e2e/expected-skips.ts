/** Something a machine may lack. Each is checked in `needs.ts`. */
export type Need =
  | 'network-namespaces'
  | 'mounts'
  | 'another-user'
  | 'btrfs'
  | 'xfs'
  | 'tc'
  | 'nft'
  | 'cpu-cgroup'
  | 'strace'
  | 'dbus-daemon'
  | 'avahi-daemon'
  | 'avahi-browse'
  | 'rsync'
  | 'rdiff'
  | 'chromium'
  | 'loop-mounts'
  | 'mkfs.xfs'
  | 'mkfs.btrfs'
  | 'memory-cgroup'
  | 'faketime'
  | 'electron-binary'
  | 'proc-io';

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
    name: 'one folder to several peers',
    needs: ['proc-io'],
    reason: 'only Linux counts what a process reads',
  },
  {
    name: 'content that is shared on btrfs',
    needs: ['btrfs'],
    reason: 'making and mounting such a file system takes root on Linux, btrfs-progs and a loop device',
  },
  {
    name: 'content that is shared on xfs',
    needs: ['xfs'],
    reason: 'making and mounting such a file system takes root on Linux, xfsprogs and a loop device',
  },
  {
    name: 'destinations that are full',
    needs: ['mounts'],
    reason: 'mounting a small file system takes root on Linux',
  },
  {
    name: 'disks that report errors',
    needs: ['strace'],
    reason: 'strace lets system calls fail',
  },
  {
    name: 'real input comes out identical between two machines',
    needs: ['network-namespaces'],
    reason: 'making a network namespace takes root on Linux, and the commands of iproute2',
  },
  {
    name: 'doctor on a network of its own',
    needs: ['network-namespaces'],
    reason: 'making a network namespace takes root on Linux, and the commands of iproute2',
  },
  {
    name: 'doctor behind a firewall',
    needs: ['network-namespaces', 'nft'],
    reason: 'the firewall is set up in a network namespace, by nft',
  },
  {
    name: 'two devices on a network of their own',
    needs: ['network-namespaces', 'dbus-daemon', 'avahi-daemon', 'avahi-browse'],
    reason: 'avahi runs in a network namespace with a message bus of its own',
  },
  {
    name: 'orders between three machines',
    needs: ['network-namespaces'],
    reason: 'making a network namespace takes root on Linux, and the commands of iproute2',
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
  {
    name: 'a link with a limit of its own',
    needs: ['network-namespaces', 'tc'],
    reason: 'making a network namespace takes root on Linux, and the commands of iproute2',
  },
  {
    name: 'a processor that is capped',
    needs: ['cpu-cgroup'],
    reason: 'control groups for processors are made by root on Linux',
  },
  {
    name: 'the desktop app in its own window',
    needs: ['electron-binary'],
    reason: "Electron's program is no part of its package; `npm run electron:get` fetches it",
  },
  {
    name: 'two fresh devices in the browser',
    needs: ['network-namespaces', 'chromium'],
    reason: 'each device and its browser are on a machine of their own, which takes root on Linux',
  },
  {
    name: 'copies in the browser',
    needs: ['network-namespaces', 'chromium'],
    reason: 'each device and its browser are on a machine of their own, which takes root on Linux',
  },
  {
    name: 'the browser by keyboard alone',
    needs: ['network-namespaces', 'chromium'],
    reason: 'each device and its browser are on a machine of their own, which takes root on Linux',
  },
  {
    name: 'a page that is calm while it works',
    needs: ['network-namespaces', 'chromium'],
    reason: 'each device and its browser are on a machine of their own, which takes root on Linux',
  },
  {
    name: 'orders in the browser',
    needs: ['network-namespaces', 'chromium'],
    reason: 'each device and its browser are on a machine of their own, which takes root on Linux',
  },
  {
    name: 'several devices in the browser',
    needs: ['network-namespaces', 'chromium'],
    reason: 'each device and its browser are on a machine of their own, which takes root on Linux',
  },
  {
    name: 'a page whose socket breaks',
    needs: ['network-namespaces', 'chromium'],
    reason: 'each device and its browser are on a machine of their own, which takes root on Linux',
  },
  {
    name: 'leaving the page',
    needs: ['network-namespaces', 'chromium'],
    reason: 'each device and its browser are on a machine of their own, which takes root on Linux',
  },
  {
    name: 'edits by rsync too',
    needs: ['rsync'],
    reason: 'it takes rsync to compare with it',
  },
  {
    name: 'edits by rdiff too',
    needs: ['rdiff'],
    reason: 'it takes rdiff to compare with it',
  },
  {
    name: 'every screen of the app',
    needs: ['chromium'],
    reason: 'it takes a browser to look at screens',
  },
  {
    name: 'faults of the network',
    needs: ['network-namespaces', 'nft'],
    reason: 'connections are cut in a network namespace, by nft and a proxy',
  },
  {
    name: 'power cuts',
    needs: ['loop-mounts', 'mkfs.xfs', 'mkfs.btrfs'],
    reason: 'a disk that loses its power is an image that root mounts, on a file system that can clone it',
  },
  {
    name: 'faults of the disk',
    needs: ['mounts'],
    reason: 'mounting a small file system takes root on Linux',
  },
];
