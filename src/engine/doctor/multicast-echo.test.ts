import { createSocket, type Socket } from 'node:dgram';
import { expect, test } from 'vitest';
import { troubleOf } from './check-multicast.ts';
import { echoMulticast, encodeQuery, MDNS_ADDRESS } from './multicast-echo.ts';

/** Another machine, as far as loopback can play one; only Linux has it without being told. */
const OTHER = '127.0.0.2';
const FERRY_NAME = Buffer.from('\u0006_ferry\u0004_tcp\u0005local\u0000', 'latin1');
const NOISE = Buffer.concat([Buffer.alloc(12), FERRY_NAME]);
const ANSWER = Buffer.concat([Buffer.from([0, 0, 0x84, 0]), Buffer.alloc(8), FERRY_NAME]);
const never = new AbortController().signal;

/** A UDP socket on some port, shared with others or not. */
async function bound(port: number, reuseAddr: boolean): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, '0.0.0.0', resolve);
  });
  return socket;
}

test.runIf(process.platform === 'linux')('hears its own packet and the answers of others', async () => {
  const other = await bound(0, true);
  try {
    const { port } = other.address();
    other.addMembership(MDNS_ADDRESS, '127.0.0.1');
    other.setMulticastInterface(OTHER);
    const heard: Buffer[] = [];
    other.on('message', (message, { address }) => {
      if (address === OTHER) return;
      heard.push(message);
      other.send(NOISE, port, MDNS_ADDRESS);
      other.send(ANSWER, port, MDNS_ADDRESS);
    });
    const echo = await echoMulticast('127.0.0.1', never, port);
    expect(echo).toEqual({ isHeard: true, answers: new Set([OTHER]), error: null });
    const [query] = heard;
    expect(query?.readUInt16BE(4)).toBe(2);
    expect(query?.includes(FERRY_NAME)).toBe(true);
  } finally {
    other.close();
  }
});

test('tells a port that another program keeps for itself', async () => {
  const holder = await bound(0, false);
  try {
    const echo = await echoMulticast('127.0.0.1', never, holder.address().port);
    expect(echo).toMatchObject({ isHeard: false, error: 'EADDRINUSE' });
    expect(troubleOf(echo, true)).toBe('port-held');
  } finally {
    holder.close();
  }
});

test('ends at once when nobody asks any more', async () => {
  expect(await echoMulticast('127.0.0.1', AbortSignal.abort(), 0)).toMatchObject({ isHeard: false });
});

test('each query is another one', () => {
  expect(encodeQuery('a').equals(encodeQuery('b'))).toBe(false);
});

test.each([
  [{ isHeard: true, error: null }, true, null],
  [{ isHeard: true, error: null }, null, null],
  [{ isHeard: true, error: null }, false, 'switched-off'],
  [{ isHeard: false, error: null }, true, 'not-heard'],
  [{ isHeard: false, error: 'EPERM' }, true, 'not-permitted'],
  [{ isHeard: false, error: 'ENETUNREACH' }, true, 'no-route'],
  [{ isHeard: false, error: 'EWHATEVER' }, true, 'not-heard'],
])('%j with multicast %s is %s', (echo, hasMulticast, trouble) => {
  expect(troubleOf({ ...echo, answers: new Set() }, hasMulticast)).toBe(trouble);
});
