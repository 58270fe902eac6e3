/**
 * Troubles a device of the same machine: `flood.ts sockets PORT COUNT` opens so many connections that say nothing
 * or next to nothing; `flood.ts mdns PORT COUNT` announces so many devices, some of them in packets that are none.
 */
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { createSeeded } from '../../tools/trees/seeded.ts';

const [kind = '', port = '0', count = '0'] = process.argv.slice(2);
const wanted = Number(count);
const TRICKLE_MS = 1_000;
const AT_ONCE = 100;
const random = createSeeded('flood');

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Counts connections that the device closes; a new one takes the place of each until there were enough. */
function floodSockets(): void {
  let opened = 0;
  let closed = 0;
  const open = (): void => {
    if (opened >= wanted) return;
    opened += 1;
    const isTrickling = opened % 10 === 0;
    const socket = connect(Number(port), '127.0.0.1');
    const timer = setInterval(() => {
      if (isTrickling && !socket.destroyed) socket.write(Buffer.of(22));
    }, TRICKLE_MS);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearInterval(timer);
      closed += 1;
      if (closed >= wanted) print({ kind: 'closed', closed });
      open();
    });
  };
  for (let at = 0; at < AT_ONCE; at += 1) open();
}

const GROUP = '224.0.0.251';
const PACKETS_PER_TICK = 50;
const TICK_MS = 20;

function label(text: string): Buffer {
  return Buffer.concat([Buffer.of(text.length), Buffer.from(text, 'latin1')]);
}

function name(...labels: readonly string[]): Buffer {
  return Buffer.concat([...labels.map(label), Buffer.of(0)]);
}

function record(owner: Buffer, type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt32BE(120, 4);
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([owner, head, data]);
}

/** A device that is not there, as an answer of mDNS. */
function announcement(number: number): Buffer {
  const service = name('_ferry', '_tcp', 'local');
  const instance = name(`flood${number}`, '_ferry', '_tcp', 'local');
  const host = name(`flood${number}`, 'local');
  const shortId = number.toString(32).padStart(20, '0').toUpperCase();
  const text = ['v=1', `id=${shortId}`, `name=flood ${number}`, 'kind=server'].map(label);
  const where = Buffer.concat([Buffer.of(0, 0, 0, 0, 0x0c, 0x30), host]);
  const head = Buffer.from([0, 0, 0x84, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
  return Buffer.concat([
    head,
    record(service, 12, instance),
    record(instance, 33, where),
    record(instance, 16, Buffer.concat(text)),
    record(host, 1, Buffer.of(127, 0, 1, number % 250)),
  ]);
}

/** Every fifth packet is cut, flipped or filled up. */
function packet(number: number): Buffer {
  const good = announcement(number);
  if (number % 5 !== 0) return good;
  if (number % 15 === 0) return good.subarray(0, random.nextInt(good.length));
  if (number % 10 === 0) return Buffer.concat([good, Buffer.alloc(7_000, 0xc0)]);
  const at = random.nextInt(good.length);
  good[at] = random.nextInt(256);
  return good;
}

function floodMdns(): void {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  let sent = 0;
  socket.bind(0, () => {
    socket.setMulticastInterface('127.0.0.1');
    socket.setMulticastLoopback(true);
    const timer = setInterval(() => {
      for (let at = 0; at < PACKETS_PER_TICK && sent < wanted; at += 1) {
        socket.send(packet(sent), Number(port), GROUP, () => undefined);
        sent += 1;
      }
      if (sent < wanted) return;
      clearInterval(timer);
      print({ kind: 'sent', count: sent });
    }, TICK_MS);
  });
}

print({ kind: 'ready' });
if (kind === 'sockets') floodSockets();
else floodMdns();
