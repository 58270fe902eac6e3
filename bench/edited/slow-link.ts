import { connect, createServer, type Server, type Socket } from 'node:net';

/** Bytes that wait for their turn in one direction: what a router's buffer holds. */
const QUEUE_BYTES = 256 * 1024;

/** When the next byte may leave, in one direction, over all connections. */
interface Direction {
  freeMs: number;
}

/**
 * A link between two ends on this machine that is slow and long: every byte of every connection through its
 * doors shares the rate of its direction and arrives after half of the round trip. The owner closes it.
 */
export class SlowLink {
  readonly #bytesPerMs: number;
  readonly #delayMs: number;
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #directions = { forth: { freeMs: 0 }, back: { freeMs: 0 } };
  /** Through all doors, both ways. */
  bytes = 0;

  constructor(bitsPerSecond: number, roundTripMs: number) {
    this.#bytesPerMs = bitsPerSecond / 8000;
    this.#delayMs = roundTripMs / 2;
  }

  /** Opens a door: what connects to `from` comes out at `to`. `isBack`: who dials is the far end. */
  async openDoor(from: { host: string; port: number }, to: { host: string; port: number }, isBack = false) {
    const [dialled, answered] = isBack
      ? [this.#directions.back, this.#directions.forth]
      : [this.#directions.forth, this.#directions.back];
    const server = createServer({ allowHalfOpen: true }, (near) => {
      const far = connect({ ...to, allowHalfOpen: true });
      this.#carry(near, far, dialled);
      this.#carry(far, near, answered);
    });
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(from.port, from.host, resolve));
  }

  #carry(from: Socket, to: Socket, direction: Direction): void {
    let queued = 0;
    const leave = (length: number): number => {
      const nowMs = performance.now();
      direction.freeMs = Math.max(nowMs, direction.freeMs) + length / this.#bytesPerMs;
      return direction.freeMs - nowMs + this.#delayMs;
    };
    this.#sockets.add(from);
    from.setNoDelay(true);
    from.on('data', (chunk: Buffer) => {
      this.bytes += chunk.length;
      queued += chunk.length;
      if (queued > QUEUE_BYTES) from.pause();
      setTimeout(() => {
        queued -= chunk.length;
        if (queued <= QUEUE_BYTES) from.resume();
        if (!to.destroyed) to.write(chunk);
      }, leave(chunk.length));
    });
    from.once('end', () => setTimeout(() => to.end(), leave(0)));
    from.on('error', () => to.destroy());
    from.once('close', () => this.#sockets.delete(from));
  }

  close(): void {
    for (const server of this.#servers) server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
