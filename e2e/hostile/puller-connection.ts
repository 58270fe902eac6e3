import { HEADER_BYTES, PULLER_FRAME, readHeader, SOURCE_FRAME } from '../../src/engine/wire/data-frame.ts';
import { DATA_VERSION } from '../../src/engine/wire/data-wants.ts';
import { encodePullerFrame } from '../../src/engine/wire/puller-frame.ts';
import type { JobId } from '../../src/shared/ids.ts';
import type { RawConnection } from './raw-connection.ts';

export interface Answer {
  readonly kind: number;
  readonly status: number;
  readonly tag: number;
  readonly meta: Buffer;
  readonly content: Buffer;
}

/** A data connection at the puller's end, by hand. */
export class PullerConnection {
  readonly connection: RawConnection;

  constructor(connection: RawConnection) {
    this.connection = connection;
  }

  send(kind: number, tag = 0, body: Uint8Array = new Uint8Array(0)): void {
    this.connection.write(encodePullerFrame(kind, tag, body));
  }

  async next(withinMs?: number): Promise<Answer> {
    const { kind, status, tag, metaLength, length } = readHeader(
      await this.connection.read(HEADER_BYTES, withinMs),
    );
    const meta = await this.connection.read(metaLength, withinMs);
    return { kind, status, tag, meta, content: await this.connection.read(length, withinMs) };
  }

  /** The next answer that is not about times. */
  async answer(): Promise<Answer> {
    for (;;) {
      const answer = await this.next();
      if (answer.kind !== SOURCE_FRAME.times) return answer;
    }
  }

  /** Shows a grant; the text is `opened`, or the code of the refusal. */
  async open(job: JobId, secret: Uint8Array): Promise<string> {
    const version = Buffer.alloc(2);
    version.writeUInt16BE(DATA_VERSION);
    this.send(PULLER_FRAME.open, 0, Buffer.concat([version, Buffer.from(job, 'hex'), secret]));
    const answer = await this.answer();
    return answer.kind === SOURCE_FRAME.opened ? 'opened' : answer.meta.toString('latin1');
  }

  list(credit = 64): void {
    const body = Buffer.alloc(4);
    body.writeUInt32BE(credit);
    this.send(PULLER_FRAME.list, 0, body);
  }
}
