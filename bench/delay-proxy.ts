import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

interface DelayOptions {
  /** One way. */
  readonly delayMs: number;
  /** Bytes of one direction of one connection that may be under way: sent and not yet known to have arrived. */
  readonly windowBytes: number;
}

/**
 * A long way in a program: a TCP proxy on loopback that delivers each piece after a delay, and lets only so much be
 * under way on each connection. One connection gets a window per round trip, as with TCP. The owner closes it.
 */
export class DelayProxy {
  readonly #server: Server;
  readonly #options: DelayOptions;
  readonly #targetPort: number;
  readonly #sockets = new Set<Socket>();

  private constructor(targetPort: number, options: DelayOptions) {
    this.#targetPort = targetPort;
    this.#options = options;
    this.#server = createServer((client) => this.#take(client));
  }

  static async start(targetPort: number, options: DelayOptions): Promise<DelayProxy> {
    const proxy = new DelayProxy(targetPort, options);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(client: Socket): void {
    const target = connect(this.#targetPort, '127.0.0.1');
    for (const [socket, other] of [
      [client, target],
      [target, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.#sockets.delete(socket);
        setTimeout(() => other.destroy(), this.#options.delayMs);
      });
      this.#forward(socket, other);
    }
  }

  #forward(from: Socket, to: Socket): void {
    const { delayMs, windowBytes } = this.#options;
    let underWay = 0;
    from.on('data', (chunk: Buffer) => {
      underWay += chunk.length;
      if (underWay >= windowBytes) from.pause();
      setTimeout(() => {
        if (!to.destroyed) to.write(chunk);
        // That it has arrived takes as long to be known here.
        setTimeout(() => {
          underWay -= chunk.length;
          if (underWay < windowBytes) from.resume();
        }, delayMs);
      }, delayMs);
    });
  }
}
