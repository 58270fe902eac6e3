import type { PausablePort, Port } from '../../bridge/port.ts';
import { toFailure } from '../../shared/failure.ts';

/**
 * Passes the messages of the bridge between a page and the engine until either ends. What one side takes slowly
 * slows the other: a slow page makes the engine's end coalesce its events, a busy engine stops reading the page.
 */
export function relay(page: PausablePort, engine: PausablePort): void {
  passOn(page, engine);
  passOn(engine, page);
  void page.closed.then((failure) => engine.close(failure ?? undefined));
  void engine.closed.then((failure) => page.close(failure ?? undefined));
}

function passOn(from: PausablePort, to: Port): void {
  from.onMessage((message) => {
    try {
      if (!to.send(message)) from.pause();
    } catch (error) {
      refuse(message, error, to);
    }
  });
  to.onDrain(() => from.resume());
}

/** An answer that is too large for the carrier is answered with that; anything else would be a silent gap. */
function refuse(message: unknown, error: unknown, to: Port): void {
  const failure = toFailure(error);
  const isReply =
    typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'reply';
  if (isReply && 'id' in message) to.send({ kind: 'failure', id: message.id, failure: failure.toData() });
  else to.close(failure);
}
