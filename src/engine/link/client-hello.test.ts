import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { connect } from 'node:tls';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { readClientHello } from './client-hello.ts';

/** What Node's own TLS client sends first. */
async function captureHello(servername: string | null): Promise<Buffer> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect({ port, host: '127.0.0.1', ...(servername === null ? {} : { servername }) });
  client.on('error', () => undefined);
  const [socket] = (await once(server, 'connection')) as [Socket];
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  client.destroy();
  socket.destroy();
  server.close();
  return bytes;
}

let hello = Buffer.alloc(0);
beforeAll(async () => {
  hello = Buffer.from(await captureHello('data.ferry'));
});

test('the server name is read, or told to be absent', async () => {
  expect(readClientHello(hello)).toEqual({ kind: 'hello', serverName: 'data.ferry' });
  expect(readClientHello(await captureHello('CONTROL.ferry'))).toMatchObject({ serverName: 'control.ferry' });
  expect(readClientHello(await captureHello(null))).toEqual({ kind: 'hello', serverName: null });
});

test('cut at every byte it asks for more, and never guesses', () => {
  for (let length = 0; length < hello.length; length += 1) {
    expect(readClientHello(hello.subarray(0, length)), `${length} bytes`).toEqual({ kind: 'more' });
  }
  const withMore = Buffer.concat([hello, Buffer.from([22, 3, 3])]);
  expect(readClientHello(withMore)).toMatchObject({ serverName: 'data.ferry' });
});

test('spread over two records, split at every byte', () => {
  const body = hello.subarray(5);
  const record = (part: Buffer) =>
    Buffer.concat([Buffer.from([22, 3, 1, part.length >> 8, part.length & 255]), part]);
  for (let at = 1; at < body.length; at += 1) {
    const split = Buffer.concat([record(body.subarray(0, at)), record(body.subarray(at))]);
    expect(readClientHello(split)).toEqual({ kind: 'hello', serverName: 'data.ferry' });
  }
});

test.each([
  'GET / HTTP/1.1\r\n',
  'SSH-2.0-x',
  '\u0000',
  '\u0016\u0003\u0001\u0000\u0000',
  '\u0016\u0002',
  '\u0017\u0003\u0003',
])('not TLS at once: %j', (text) => {
  expect(readClientHello(Buffer.from(text, 'latin1'))).toEqual({ kind: 'not-tls' });
});

test('any damage gives an answer, never a throw', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }), (changes) => {
      const bytes = Buffer.from(hello);
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      expect(['more', 'not-tls', 'hello']).toContain(readClientHello(bytes).kind);
    }),
    { numRuns: 5_000 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (noise) => {
      const bytes = Buffer.concat([Buffer.from([22, 3, 1, 2, 88, 1, 0, 2, 84, 3, 3]), noise]);
      expect(['more', 'not-tls', 'hello']).toContain(readClientHello(bytes).kind);
    }),
    { numRuns: 5_000 },
  );
});
