import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { onTestFinished } from 'vitest';
import {
  encodeAnswer,
  PAGE_FRAME,
  PageFrameWriter,
  type PageOutcome,
  type PagePiece,
  type PageProblemCode,
  type PageRecord,
  writePageRecord,
} from '../../../shared/page-frames.ts';
import type { FromPage, ToPage } from '../../../shared/page-port.ts';

const text = new TextEncoder();

export const enter = (folder: number): PageRecord => ({ kind: 'enter', folder });
export const folder = (name: string): PageRecord => ({ kind: 'folder', name: text.encode(name) });
export const file = (name: string, size: number, mtimeMs = 1_700_000_000_123): PageRecord => ({
  kind: 'file',
  name: text.encode(name),
  size,
  mtimeMs,
});
export const problem = (name: string, code: PageProblemCode): PageRecord => ({
  kind: 'problem',
  name: text.encode(name),
  code,
});

export function listingFrame(records: readonly PageRecord[]): Uint8Array<ArrayBuffer> {
  const writer = new PageFrameWriter(PAGE_FRAME.listing);
  for (const record of records) writePageRecord(writer, record);
  return writer.done();
}

/** What a page says of a piece: its bytes, or how it came out otherwise. */
export type Told = Uint8Array | PageOutcome;

/** The web worker's end of a page's port, driven by a test. */
export class FakePage {
  /** The data worker's end. */
  readonly port: MessagePort;
  readonly wants: (ToPage & { kind: 'want' })[] = [];
  readonly said: ToPage[] = [];
  /** How wants are answered; null leaves them open. */
  answer: ((piece: PagePiece) => Told) | null = null;
  readonly #own: MessagePort;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.#own = port1;
    this.port = port2;
    port1.on('message', (message: ToPage) => {
      this.said.push(message);
      if (message.kind !== 'want') return;
      this.wants.push(message);
      if (this.answer !== null) this.tell(message, message.pieces.map(this.answer));
    });
    onTestFinished(() => port1.close());
  }

  list(...records: readonly PageRecord[]): void {
    this.post({ kind: 'listing', frame: listingFrame(records).buffer });
  }

  endListing(): void {
    this.post({ kind: 'listing-end' });
  }

  tell({ id }: { readonly id: number }, told: readonly Told[]): void {
    const outcomes = told.map((one): PageOutcome => (one instanceof Uint8Array ? { status: 'ok' } : one));
    const contents = told.filter((one) => one instanceof Uint8Array);
    this.post({ kind: 'answer', frame: encodeAnswer(id, outcomes, contents).buffer });
  }

  post(message: FromPage): void {
    this.#own.postMessage(message);
  }

  leave(): void {
    this.#own.close();
  }
}
