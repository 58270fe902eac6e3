import type { Duplex } from 'node:stream';
import { Failure, toFailure } from '../../shared/failure.ts';
import { FrameReader } from '../wire/frame.ts';
import { decodeHello, encodeHello, type Hello, type OwnHello } from '../wire/hello.ts';
import { MAX_PRE_AUTH_BYTES } from '../wire/limits.ts';
import { abortFailure } from './abort-failure.ts';
import { closeGently } from './close-gently.ts';

/** What a peer said first, and the reader that holds whatever it sent right after. */
export interface Greeting {
  readonly hello: Hello;
  readonly reader: FrameReader;
}

function readHello(stream: Duplex, reader: FrameReader, signal: AbortSignal): Promise<Hello> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      stream.off('data', onData).off('error', onError).off('end', onEnd).off('close', onEnd);
      signal.removeEventListener('abort', onAbort);
      stream.pause();
      act();
    };
    const onData = (chunk: Buffer) => {
      try {
        reader.push(chunk);
        const payload = reader.next(MAX_PRE_AUTH_BYTES);
        if (payload === null) return;
        const hello = decodeHello(payload);
        settle(() => resolve(hello));
      } catch (error) {
        settle(() => reject(error));
      }
    };
    const onError = (error: Error) => settle(() => reject(toFailure(error, undefined, 'peer-gone')));
    const onEnd = () => settle(() => reject(new Failure('peer-gone', { reason: 'before hello' })));
    const onAbort = () => settle(() => reject(abortFailure(signal)));
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort);
    stream.on('data', onData).on('error', onError).on('end', onEnd).on('close', onEnd);
  });
}

/**
 * Says hello and waits for the peer's. The stream is paused afterwards; on a throw it has been closed, gently,
 * so that the peer can read our versions. Throws Failure `not-ferry`, `older-peer`, `newer-peer`,
 * `peer-misbehaved`, `peer-gone`, or what `signal` was aborted with.
 */
export async function greet(stream: Duplex, own: OwnHello, signal: AbortSignal): Promise<Greeting> {
  const reader = new FrameReader();
  try {
    const answer = readHello(stream, reader, signal);
    stream.write(encodeHello(own));
    return { hello: await answer, reader };
  } catch (error) {
    closeGently(stream);
    throw error;
  }
}
