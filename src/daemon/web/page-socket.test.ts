import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Failure } from '../../shared/failure.ts';
import {
  decodeAnswer,
  decodeWant,
  encodeAnswer,
  MAX_LISTING_FRAME_BYTES,
  MAX_PAGE_FRAME_BYTES,
  PAGE_CLOSE,
  PAGE_FRAME,
  PageFrameWriter,
  writePageRecord,
} from '../../shared/page-frames.ts';
import type { FromPage, ToPage } from '../../shared/page-port.ts';
import { PageFiles } from './page-files.ts';
import { answerPageFiles } from './page-files-door.ts';
import type { TellPagePorts } from './page-files-messages.ts';

/** A data worker's end of a port. */
class DataEnd {
  readonly heard: FromPage[] = [];
  readonly port: MessagePort;
  readonly closed: Promise<unknown>;

  constructor(port: MessagePort) {
    this.port = port;
    port.on('message', (message: FromPage) => this.heard.push(message));
    this.closed = once(port, 'close');
  }

  say(message: ToPage): void {
    this.port.postMessage(message);
  }

  want(id: number, ...lengths: readonly number[]): void {
    this.say({ kind: 'want', id, pieces: lengths.map((length, file) => ({ file, offset: 0, length })) });
  }
}

let server: WebSocketServer;
let jobs: DataEnd[];
let ports: MessagePort[] | null;

beforeEach(async () => {
  jobs = [];
  ports = [];
  const pages: PageFiles = new PageFiles((message) => {
    const engine = {
      attachPage: (ticket: string) => {
        if (ticket !== 'good' || ports === null) throw new Failure('no-right');
        return ports.map((port) => ({ job: 'ab'.repeat(16) as never, port }));
      },
    };
    answerPageFiles(engine, message, (answer: TellPagePorts) => pages.receive(answer));
  });
  server = new WebSocketServer({ host: '127.0.0.1', port: 0, maxPayload: 8 * MAX_PAGE_FRAME_BYTES });
  server.on('connection', (socket, request) => {
    pages.serve(socket, new URL(request.url ?? '', 'http://localhost').searchParams.get('ticket') ?? '');
  });
  await once(server, 'listening');
});

afterEach(async () => {
  for (const client of server.clients) client.terminate();
  for (const { port } of jobs) port.close();
  await new Promise((resolve) => server.close(resolve));
});

function addJob(): DataEnd {
  const { port1, port2 } = new MessageChannel();
  const job = new DataEnd(port1);
  jobs.push(job);
  ports?.push(port2);
  return job;
}

/** A page whose every step a test decides. */
async function connect(ticket = 'good') {
  const { port } = server.address() as AddressInfo;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/page-files?ticket=${ticket}`);
  const heard: Buffer[] = [];
  socket.on('message', (data: Buffer) => heard.push(data));
  const closed = new Promise<string>((resolve) => {
    socket.on('close', (code, reason) => resolve(`${code} ${reason.toString()}`));
  });
  await once(socket, 'open');
  const wants = () => heard.filter((frame) => frame[0] === PAGE_FRAME.want).map(decodeWant);
  return { socket, heard, closed, wants };
}

function listing(): Uint8Array<ArrayBuffer> {
  const writer = new PageFrameWriter(PAGE_FRAME.listing);
  writePageRecord(writer, { kind: 'enter', folder: 0 });
  return writer.done();
}

test('a listing goes to every job, and its taking is told', async () => {
  const [one, two] = [addJob(), addJob()];
  const { socket, heard } = await connect();
  socket.send(listing());
  socket.send(new Uint8Array([PAGE_FRAME.listingEnd]));
  await vi.waitFor(() => {
    for (const job of [one, two])
      expect(job.heard.map(({ kind }) => kind)).toEqual(['listing', 'listing-end']);
  });
  expect(heard.map((frame) => [...frame])).toEqual([[PAGE_FRAME.taken]]);
});

test('wants of two jobs go out under numbers of their own, and answers find their way back', async () => {
  const [one, two] = [addJob(), addJob()];
  const { socket, wants } = await connect();
  one.want(7, 2, 3);
  two.want(7, 1);
  await vi.waitFor(() => expect(wants()).toHaveLength(2));
  expect(new Set(wants().map(({ id }) => id)).size).toBe(2);
  for (const { id, pieces } of wants().reverse()) {
    const contents = pieces.map(({ length }) => Buffer.alloc(length, String(pieces.length)));
    socket.send(
      encodeAnswer(
        id,
        pieces.map(() => ({ status: 'ok' })),
        contents,
      ),
    );
  }
  await vi.waitFor(() => expect([one.heard.length, two.heard.length]).toEqual([1, 1]));
  for (const [job, pieces, text] of [
    [one, [2, 3], '22222'],
    [two, [1], '1'],
  ] as const) {
    const [answer] = job.heard;
    if (answer?.kind !== 'answer') throw new Error('no answer');
    const frame = new Uint8Array(answer.frame);
    expect(new DataView(answer.frame).getUint32(1)).toBe(7);
    const { content } = decodeAnswer(
      frame,
      pieces.map((length) => ({ file: 0, offset: 0, length })),
    );
    expect(Buffer.from(content).toString()).toBe(text);
  }
});

test('no more is asked at once than a page may have in its memory', async () => {
  const job = addJob();
  const { socket, wants } = await connect();
  for (let id = 0; id < 40; id++) job.want(id, 1);
  await vi.waitFor(() => expect(wants()).toHaveLength(16));
  socket.send(encodeAnswer(wants()[3]?.id ?? 0, [{ status: 'vanished' }], []));
  await vi.waitFor(() => expect(wants()).toHaveLength(17));
});

test('the socket ends with the last of its jobs, not with the first', async () => {
  const [one, two] = [addJob(), addJob()];
  const { closed, wants } = await connect();
  one.say({ kind: 'ended' });
  await one.closed;
  two.want(1, 1);
  await vi.waitFor(() => expect(wants()).toHaveLength(1));
  two.say({ kind: 'ended' });
  expect(await closed).toBe(`${PAGE_CLOSE.done} done`);
});

test('a thread that ends is not a job that has ended', async () => {
  const job = addJob();
  const { closed } = await connect();
  job.port.close();
  expect(await closed).toBe(`${PAGE_CLOSE.ended} ended`);
});

test('when the page goes every job hears it; when another takes over the page does', async () => {
  const [one, two] = [addJob(), addJob()];
  const first = await connect();
  first.socket.terminate();
  await Promise.all([one.closed, two.closed]);
  ports = [];
  const third = addJob();
  const second = await connect();
  third.say({ kind: 'replaced' });
  expect(await second.closed).toBe(`${PAGE_CLOSE.replaced} replaced`);
});

test('a page that answers nothing for long is let go', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const job = addJob();
    const { closed, wants } = await connect();
    job.want(1, 1);
    while (wants().length === 0) await new Promise((resolve) => setImmediate(resolve));
    vi.advanceTimersByTime(30_001);
    expect(await closed).toBe(`${PAGE_CLOSE.silent} silent`);
    await job.closed;
  } finally {
    vi.useRealTimers();
  }
});

test.each(['bad', '', 'x'.repeat(65)])('a ticket that is not good opens nothing: %s', async (ticket) => {
  const { closed } = await connect(ticket);
  expect(await closed).toBe(`${PAGE_CLOSE.misbehaved} no-right`);
});

describe('a page that breaks the rules is cut off with a word, and its jobs hear that it is gone', () => {
  const frames: Readonly<Record<string, readonly [data: string | Uint8Array, reason: string]>> = {
    text: ['hello', 'not binary'],
    'nothing at all': [new Uint8Array(0), 'unknown frame'],
    'an unknown frame': [new Uint8Array([99]), 'unknown frame'],
    'a frame of ours': [new Uint8Array([PAGE_FRAME.want, 0, 0]), 'unknown frame'],
    'a frame too large': [new Uint8Array(MAX_PAGE_FRAME_BYTES + 1), 'frame too large'],
    'a listing frame too large': [
      new Uint8Array(MAX_LISTING_FRAME_BYTES + 1).fill(PAGE_FRAME.listing),
      'frame too large',
    ],
    'a listing cut short': [new Uint8Array([PAGE_FRAME.listing, 0, 0]), 'frame cut short'],
    'an end with more in it': [new Uint8Array([PAGE_FRAME.listingEnd, 0]), 'listing end'],
    'an answer to nothing': [encodeAnswer(5, [], []), 'answer to nothing asked'],
    'an answer too short to have a number': [new Uint8Array([PAGE_FRAME.answer]), 'frame cut short'],
  };
  for (const [what, [data, reason]] of Object.entries(frames)) {
    test(what, async () => {
      const job = addJob();
      const { socket, closed } = await connect();
      socket.send(data);
      expect(await closed).toBe(`${PAGE_CLOSE.misbehaved} peer-misbehaved: ${reason}`);
      await job.closed;
      expect(job.heard).toEqual([]);
    });
  }

  test.each([
    ['too little', [{ status: 'ok' }], 2, 'lying size'],
    ['too much', [{ status: 'ok' }], 4, 'lying size'],
    ['content of what is gone', [{ status: 'vanished' }], 3, 'lying size'],
  ] as const)('an answer with %s', async (_what, outcomes, bytes, reason) => {
    const job = addJob();
    const { socket, closed, wants } = await connect();
    job.want(1, 3);
    await vi.waitFor(() => expect(wants()).toHaveLength(1));
    socket.send(encodeAnswer(wants()[0]?.id ?? 0, outcomes, [Buffer.alloc(bytes)]));
    expect(await closed).toBe(`${PAGE_CLOSE.misbehaved} peer-misbehaved: ${reason}`);
    expect(job.heard).toEqual([]);
  });

  test('what only the data worker can know', async () => {
    const job = addJob();
    const { closed } = await connect();
    job.say({ kind: 'misbehaved', reason: 'listed twice' });
    expect(await closed).toBe(`${PAGE_CLOSE.misbehaved} peer-misbehaved: listed twice`);
  });
});
