import type { Socket } from 'node:net';
import koffi from 'koffi';

/** `fcntl` command that duplicates a descriptor and sets close-on-exec in one step, by platform's own number. */
const F_DUPFD_CLOEXEC: Readonly<Partial<Record<NodeJS.Platform, number>>> = { linux: 1030, darwin: 67 };
/** The copy never takes the place of a standard stream. */
const LOWEST_DESCRIPTOR = 3;

type Fcntl = (descriptor: number, command: number, type: 'int', argument: number) => number;

function loadFcntl(): Fcntl | null {
  if (F_DUPFD_CLOEXEC[process.platform] === undefined) return null;
  try {
    return koffi.load(null).func('int fcntl(int fd, int cmd, ...)') as Fcntl;
  } catch {
    return null;
  }
}

const fcntl = loadFcntl();

/** Whether sockets can be handed to other threads here; else workers listen on ports of their own. */
export function canHandOff(): boolean {
  return fcntl !== null;
}

/**
 * A second descriptor of an open socket, owned by the caller; null when the socket is closed already, the
 * process has none left, or {@link canHandOff} is false.
 */
export function duplicateDescriptor(socket: Socket): number | null {
  const command = F_DUPFD_CLOEXEC[process.platform];
  // Node offers no other way to learn a socket's descriptor.
  const handle = (socket as { readonly _handle?: { readonly fd?: number } | null })._handle;
  const descriptor = handle?.fd ?? -1;
  if (fcntl === null || command === undefined || descriptor < 0) return null;
  const copy = fcntl(descriptor, command, 'int', LOWEST_DESCRIPTOR);
  return copy < 0 ? null : copy;
}
