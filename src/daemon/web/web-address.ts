import { Failure } from '../../shared/failure.ts';

/** Where the page is served. */
export interface WebAddress {
  /** `127.0.0.1` or `::1`: an address, so that no resolver has a say. */
  readonly host: '127.0.0.1' | '::1';
  /** 0 picks a free one. */
  readonly port: number;
}

export const DEFAULT_WEB_PORT = 3121;

const MAX_PORT = 65_535;

/** Names of this machine, as a person may type them and as a browser may say them in `Host`. */
const LOOPBACK: Readonly<Record<string, WebAddress['host']>> = {
  '127.0.0.1': '127.0.0.1',
  localhost: '127.0.0.1',
  '[::1]': '::1',
};

const HOST_AND_PORT = /^(\[[^\]]*\]|[^:]+)(?::(\d{1,5}))?$/;

/**
 * Reads HOST[:PORT] of `--web`; the empty text is the default address. Throws Failure `usage` for anything but
 * this machine's loopback, with the way to use it from another machine.
 */
export function parseWebAddress(text: string): WebAddress {
  if (text === '') return { host: '127.0.0.1', port: DEFAULT_WEB_PORT };
  const [, name = '', digits] = HOST_AND_PORT.exec(text) ?? [];
  const port = digits === undefined ? DEFAULT_WEB_PORT : Number(digits);
  if (name === '' || port > MAX_PORT) {
    throw new Failure('usage', {
      reason: '--web takes HOST:PORT, for instance 127.0.0.1:3121',
      subject: text,
    });
  }
  const host = Object.hasOwn(LOOPBACK, name.toLowerCase()) ? LOOPBACK[name.toLowerCase()] : undefined;
  if (host !== undefined) return { host, port };
  const local = port === 0 ? DEFAULT_WEB_PORT : port;
  throw new Failure('usage', {
    reason:
      `the page is served on 127.0.0.1 only; start it there, and on the machine with the browser run ` +
      `\`ssh -L ${local}:127.0.0.1:${local} USER@THIS_MACHINE\` and open the link`,
    subject: text,
  });
}

/** `http://host:port`, as a browser has it in its address bar. */
export function webOrigin(address: WebAddress): string {
  return `http://${address.host === '::1' ? '[::1]' : address.host}:${address.port}`;
}

/**
 * Whether the `Host` of a request is a name of this machine itself. Any port: behind a tunnel it is another one.
 * A name that somebody else's DNS points here (rebinding) is none.
 */
export function isOwnHost(host: string | undefined): host is string {
  const [, name = ''] = HOST_AND_PORT.exec(host ?? '') ?? [];
  return Object.hasOwn(LOOPBACK, name.toLowerCase());
}

/** Whether a request with this `Origin` was made by a page that came from `host`. Absent is no. */
export function isSameOrigin(origin: string | undefined, host: string): boolean {
  return origin !== undefined && origin.toLowerCase() === `http://${host.toLowerCase()}`;
}
