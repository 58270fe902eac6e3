import type { Duplex } from 'node:stream';
import { duplexPair } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { JobId } from '../../../shared/ids.ts';
import type { Source } from '../../source/source.ts';
import { fromText } from '../../wire/byte-name.ts';
import { ByteWriter } from '../../wire/byte-writer.ts';
import { PULLER_FRAME } from '../../wire/data-frame.ts';
import { encodeOpen, type OpenBody } from '../../wire/data-wants.ts';
import type { ListingRecord } from '../../wire/listing-page.ts';
import { encodePullerFrame } from '../../wire/puller-frame.ts';
import { FrameAssembler } from '../frame-assembler.ts';
import type { ServeJob } from '../serve-job.ts';
import { ServeStream } from '../serve-stream.ts';

export const JOB = 'ab'.repeat(16) as JobId;
export const SECRET = Buffer.alloc(32, 7);

export interface Answer {
  readonly kind: number;
  readonly status: number;
  readonly tag: number;
  readonly hash: Buffer;
  readonly meta: Buffer;
  readonly length: number;
}

/** A source of `files` empty files in one folder, in memory; `change` replaces what a test is about. */
export function memorySource(files: number, change: Partial<Source> = {}): Source {
  const version = { size: 0, mtimeSec: 1, mtimeNs: 2, ctimeSec: 3, ctimeNs: 4 };
  function* records(): Generator<ListingRecord, void> {
    yield { kind: 'enter', folder: 0 };
    for (let index = 0; index < files; index++) {
      const name = fromText(`file-${String(index).padStart(7, '0')}`);
      yield { kind: 'file', name, mode: 0o644, version, holeBytes: 0, group: 0 };
    }
  }
  return {
    records,
    readBlock: () => ({ status: 'hole' }),
    readRun: (groups) => ({
      outcomes: groups.flatMap(({ files: wanted }) => wanted.map(() => ({ status: 'vanished' as const }))),
      length: 0,
    }),
    hashFile: () => Promise.resolve({ outcome: { status: 'vanished' } }),
    close: () => undefined,
    ...change,
  };
}

/** A puller's end that sends whatever a test wants, against a real serving end over a pipe in memory. */
export class RawPuller {
  readonly answers: Answer[] = [];
  readonly socket: Duplex;
  /** How serving ended: null when the puller left, else the failure. */
  readonly served: Promise<unknown>;
  #isReading = true;

  constructor(admit: (open: OpenBody) => ServeJob) {
    const [ours, theirs] = duplexPair();
    this.socket = ours;
    const assembler = new FrameAssembler(({ header, meta, content }) => {
      const { kind, status, tag } = header;
      const hash = Buffer.from(header.hash);
      this.answers.push({ kind, status, tag, hash, meta: Buffer.from(meta), length: content.length });
    });
    ours.on('data', (chunk: Buffer) => this.#isReading && assembler.push(chunk));
    const stop = new AbortController();
    this.served = new ServeStream(theirs, admit).run(stop.signal).then(
      () => null,
      (error: unknown) => error,
    );
    onTestFinished(() => {
      stop.abort();
      ours.destroy();
      theirs.destroy();
    });
  }

  send(kind: number, tag = 0, body: Uint8Array = Buffer.alloc(0)): void {
    this.socket.write(encodePullerFrame(kind, tag, body));
  }

  open(): void {
    this.send(PULLER_FRAME.open, 0, encodeOpen({ job: JOB, secret: SECRET }));
  }

  list(from: number, credit: number): void {
    const writer = new ByteWriter(4);
    writer.u32(credit);
    this.send(PULLER_FRAME.list, from, writer.view());
  }

  /** Takes nothing off the pipe any more. */
  stopReading(): void {
    this.#isReading = false;
    this.socket.pause();
  }

  /** Kinds of all answers so far. */
  tagsOf(kind: number): number[] {
    return this.answers.filter((answer) => answer.kind === kind).map(({ tag }) => tag);
  }
}

/** Long enough for everything under way in memory to arrive. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
}
