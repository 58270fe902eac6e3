import { connect, createServer, type Server, type Socket } from 'node:net';

/** What happens to a connection once so many bytes have passed. */
export type Fault = 'rst' | 'fin' | 'flip' | 'stall';

export interface FaultPlan {
  readonly fault: Fault;
  /** Bytes of that direction that still pass unharmed. */
  readonly afterBytes: number;
  /** `answer`: from the target back to the client. */
  readonly direction: 'request' | 'answer';
  /** How long a stall lasts; without it for ever. */
  readonly stallMs?: number;
}

interface Pair {
  readonly client: Socket;
  readonly target: Socket;
}

/**
 * A TCP proxy on loopback that harms connections on purpose: cuts them with RST or FIN, flips a bit, or
 * stops to forward. `plan` is asked for every connection, by its number. The owner closes it.
 */
export class ChaosProxy {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #targetPort: number;
  readonly #plan: (connection: number) => FaultPlan | null;
  readonly #from: string | undefined;
  #connections = 0;
  /** Faults that were really done: a plan beyond the end of a connection does nothing. */
  faults = 0;
  /** Bytes that passed, both ways. */
  bytes = 0;
  port = 0;

  private constructor(
    targetPort: number,
    plan: (connection: number) => FaultPlan | null,
    from: string | undefined,
  ) {
    this.#from = from;
    this.#targetPort = targetPort;
    this.#plan = plan;
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#take(client));
  }

  static async start(
    targetPort: number,
    plan: (connection: number) => FaultPlan | null = () => null,
    /** Own address towards the target, so that its connections can be told from others. */
    from?: string,
  ): Promise<ChaosProxy> {
    const proxy = new ChaosProxy(targetPort, plan, from);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    const address = proxy.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no address');
    proxy.port = address.port;
    return proxy;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get connections(): number {
    return this.#connections;
  }

  /** Cuts everything that is open now. */
  cutAll(): void {
    for (const pair of this.#pairs) reset(pair);
  }

  async close(): Promise<void> {
    this.cutAll();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(client: Socket): void {
    const plan = this.#plan(this.#connections);
    this.#connections += 1;
    const own = this.#from === undefined ? {} : { localAddress: this.#from };
    const target = connect({ port: this.#targetPort, host: '127.0.0.1', allowHalfOpen: true, ...own });
    const pair = { client, target };
    this.#pairs.add(pair);
    for (const socket of [client, target]) {
      socket.setNoDelay(true);
      socket.on('error', () => reset(pair));
      socket.once('close', () => this.#pairs.delete(pair));
    }
    this.#forward(pair, client, target, plan?.direction === 'request' ? plan : null);
    this.#forward(pair, target, client, plan?.direction === 'answer' ? plan : null);
  }

  #forward(pair: Pair, from: Socket, to: Socket, plan: FaultPlan | null): void {
    let passed = 0;
    let isDue = plan !== null;
    from.on('data', (chunk) => {
      if (!Buffer.isBuffer(chunk)) return;
      const before = passed;
      passed += chunk.length;
      this.bytes += chunk.length;
      if (plan !== null && isDue && passed > plan.afterBytes) {
        isDue = false;
        this.faults += 1;
        this.#harm(pair, from, to, chunk, plan, plan.afterBytes - before);
      } else if (!to.destroyed && !to.write(chunk)) {
        from.pause();
        to.once('drain', () => from.resume());
      }
    });
    from.once('end', () => to.end());
    from.once('close', () => to.destroy());
  }

  #harm(pair: Pair, from: Socket, to: Socket, chunk: Buffer, plan: FaultPlan, at: number): void {
    switch (plan.fault) {
      case 'flip':
        chunk[at] = (chunk[at] ?? 0) ^ 1;
        to.write(chunk);
        return;
      case 'stall':
        from.pause();
        if (plan.stallMs === undefined) return;
        setTimeout(() => {
          if (to.destroyed) return;
          to.write(chunk);
          from.resume();
        }, plan.stallMs);
        return;
      case 'rst':
        to.write(chunk.subarray(0, at), () => reset(pair));
        return;
      case 'fin':
        from.removeAllListeners('data');
        from.resume();
        to.end(chunk.subarray(0, at));
        from.end();
    }
  }
}

function reset({ client, target }: Pair): void {
  for (const socket of [client, target]) {
    if (socket.destroyed) continue;
    // Node cannot reset what is just being ended, says EINVAL and leaves the descriptor open for ever.
    if (socket.writableEnded) socket.destroy();
    else socket.resetAndDestroy();
  }
}
