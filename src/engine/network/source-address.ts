import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';

/** Addresses of the documentation (RFC 5737, RFC 3849): a way there is the default way. Nothing is sent. */
export const FAR_IPV4 = '203.0.113.1';
export const FAR_IPV6 = '2001:db8:ffff::1';

/**
 * The own address that packets to `host` (an IP) would leave from, or null where there is no way. A connected
 * UDP socket makes the system choose its route, with all its rules, and sends nothing.
 */
export async function sourceAddressFor(host: string): Promise<string | null> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  try {
    return await new Promise((resolve) => {
      socket.once('error', () => resolve(null));
      socket.connect(9, host, (error?: Error) => resolve(error ? null : socket.address().address));
    });
  } finally {
    socket.close();
  }
}
