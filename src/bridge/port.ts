import type { Failure } from '../shared/failure.ts';

/**
 * Carrier of the bridge: moves plain messages both ways, in order, and knows nothing of their meaning.
 * Messages are plain data (what JSON can hold). Whoever made a port owns it and closes it.
 */
export interface Port {
  /**
   * Hands one message over. False says that the other end reads more slowly than this one writes: what can
   * wait should wait for {@link Port.onDrain}. On a closed port it does nothing and returns false.
   * Throws Failure('internal') when the message is larger than the carrier allows.
   */
  send(message: unknown): boolean;
  /** One listener; messages that came earlier are kept for it. */
  onMessage(listener: (message: unknown) => void): void;
  /** One listener; called when {@link Port.send} may be used freely again. */
  onDrain(listener: () => void): void;
  /** Ends both directions. `failure` is what `closed` tells at this end. Safe to call twice. */
  close(failure?: Failure): void;
  /** Resolves once, when either end has closed; null is a clean end. */
  readonly closed: Promise<Failure | null>;
}

/** What kind of front end holds the other end of a port; decides what it may call. */
export type Carrier = 'desktop' | 'browser' | 'cli';

/** A port that can be told to take no more for now; for who passes messages on to something slower. */
export interface PausablePort extends Port {
  /** The other end is to slow down; a few messages may still come. */
  pause(): void;
  resume(): void;
}
