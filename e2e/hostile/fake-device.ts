import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { checkPeer } from '../../src/engine/identity/check-peer.ts';
import { createIdentity, type Identity } from '../../src/engine/identity/identity.ts';
import {
  formatOneTimeCode,
  parseOneTimeCode,
  proofOf,
  SECRET_BYTES,
} from '../../src/engine/identity/one-time-code.ts';
import { EXPORTER_BYTES, EXPORTER_LABEL, exporterContext } from '../../src/engine/identity/short-code.ts';
import {
  CONTROL_SERVER_NAME,
  isDataServerName,
  serverTlsSettings,
} from '../../src/engine/identity/tls-settings.ts';
import { dataServerName } from '../../src/engine/transfer/data-server-name.ts';
import { encodeHello } from '../../src/engine/wire/hello.ts';
import type { JobId } from '../../src/shared/ids.ts';
import { PullerConnection } from './puller-connection.ts';
import { ControlPeer, dialRaw, RawConnection, type RawMessage } from './raw-connection.ts';
import { SourceConnection } from './source-connection.ts';

/** What a hostile device does with connections that others open to it. */
export interface FakeHandlers {
  onData?: (connection: SourceConnection) => Promise<void>;
  onControl?: (peer: ControlPeer) => Promise<void>;
}

/** A device with a real key and nothing else that is real: it says what a test tells it to. */
export class FakeDevice {
  readonly identity: Identity;
  readonly handlers: FakeHandlers = {};
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  port = 0;
  /** What the last one to speak to it said first. */
  lastHello: RawMessage = {};

  private constructor(identity: Identity) {
    this.identity = identity;
    this.#server = createServer(serverTlsSettings(identity), (socket) => this.#take(socket));
    this.#server.on('tlsClientError', (_error, socket) => socket.destroy());
    // Those in a handshake too: `stop` waits for all of them.
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(): Promise<FakeDevice> {
    const device = new FakeDevice(await createIdentity());
    await new Promise<void>((resolve) => device.#server.listen(0, '127.0.0.1', resolve));
    const address = device.#server.address();
    if (typeof address === 'object' && address !== null) device.port = address.port;
    return device;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  #take(socket: TLSSocket): void {
    const connection = new RawConnection(socket);
    // What the script did not expect ends the connection, as a crash of a real peer would.
    const giveUp = () => connection.destroy();
    if (isDataServerName(String(socket.servername))) {
      this.handlers.onData?.(new SourceConnection(connection)).catch(giveUp);
    } else {
      const peer = new ControlPeer(connection);
      this.#greet(peer)
        .then(() => this.handlers.onControl?.(peer))
        .catch(giveUp);
    }
  }

  hello(change: { readonly name?: string; readonly port?: number } = {}): Buffer {
    const { name = 'Hostile', port = this.port } = change;
    return encodeHello({
      features: [],
      name,
      device: 'desktop',
      port,
      epoch: randomBytes(4).toString('hex'),
    });
  }

  async #greet(peer: ControlPeer): Promise<void> {
    peer.connection.write(this.hello());
    this.lastHello = await peer.waitFor('hello');
  }

  /** A control connection past the hello. */
  async dialControl(port: number): Promise<ControlPeer> {
    const peer = new ControlPeer(await dialRaw(port, this.identity, CONTROL_SERVER_NAME));
    await this.#greet(peer);
    return peer;
  }

  async dialData(port: number, job: JobId): Promise<PullerConnection> {
    return new PullerConnection(await dialRaw(port, this.identity, dataServerName(job)));
  }

  proof(peer: ControlPeer, secret: Uint8Array): Buffer {
    const { socket } = peer.connection;
    const [initiator, responder] = [this.identity.id, checkPeer(socket)];
    const context = exporterContext(initiator, responder);
    const keyingMaterial = socket.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, context);
    return proofOf(secret, { initiator, responder, keyingMaterial });
  }

  /** Becomes a paired device by an invite; the connection stays open. */
  async join(port: number, code: string): Promise<ControlPeer> {
    const peer = await this.dialControl(port);
    peer.send({ kind: 'join', proof: this.proof(peer, parseOneTimeCode(code).secret) });
    await peer.waitFor('joined');
    return peer;
  }

  /** Shows the code of a waiting send; the answer is `redeemed` or `refused`. */
  async redeem(peer: ControlPeer, code: string): Promise<RawMessage> {
    peer.send({ kind: 'redeem', proof: this.proof(peer, parseOneTimeCode(code).secret) });
    for (;;) {
      const message = await peer.next();
      if (message['kind'] === 'redeemed' || message['kind'] === 'refused') return message;
    }
  }

  /** A one-time code that names this device. */
  code(): string {
    return formatOneTimeCode(this.identity.id, randomBytes(SECRET_BYTES));
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** An offer as a paired device sends it. */
export function offerOf(change: Readonly<Record<string, unknown>> = {}) {
  return {
    kind: 'offer',
    job: randomBytes(16).toString('hex') as JobId,
    secret: randomBytes(32),
    items: [{ name: Buffer.from('gift'), type: 'folder', bytes: 0 }],
    itemCount: 1,
    files: 1,
    bytes: 1,
    complete: false,
    dataPort: 0,
    options: {
      onConflict: 'fail',
      checksum: false,
      reuse: true,
      delta: true,
      verify: false,
      dryRun: false,
      streams: 1,
      compress: 'off',
    },
    ...change,
  } as const;
}
