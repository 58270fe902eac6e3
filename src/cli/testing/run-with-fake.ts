import { PassThrough, Readable, Writable } from 'node:stream';
import { FakeEngine } from '../../bridge/testing/fake-engine.ts';
import type { EngineSession, SessionOptions } from '../../daemon/index.ts';
import type { ExitCode } from '../../shared/exit-codes.ts';
import { Failure } from '../../shared/failure.ts';
import type { Daemon } from '../context.ts';
import { runCli } from '../run-cli.ts';
import type { Terminal } from '../terminal.ts';

interface FakeRunOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Whole input; null leaves stdin open. */
  readonly input?: string | null;
  readonly tty?: boolean;
  readonly cwd?: string;
  /** This command opens the engine itself. */
  readonly hosting?: boolean;
  /** No engine runs, so attaching finds none. */
  readonly alone?: boolean;
}

/** One run of the command line against a {@link FakeEngine}, in this process. */
export class FakeRun {
  readonly engine: FakeEngine;
  readonly stdin: PassThrough;
  stdout = '';
  stderr = '';
  /** How the session was asked for. */
  asked: { readonly way: keyof Daemon; readonly options: SessionOptions } | null = null;
  closed = 0;
  readonly #interrupt = new AbortController();
  readonly #outputGone = new AbortController();
  readonly #options: FakeRunOptions;

  constructor(options: FakeRunOptions = {}, engine: FakeEngine = new FakeEngine()) {
    this.#options = options;
    this.engine = engine;
    this.stdin = new PassThrough();
    if (options.input !== null) Readable.from([options.input ?? '']).pipe(this.stdin);
  }

  async run(...argv: string[]): Promise<ExitCode> {
    return await runCli(argv, this.#terminal(), () => Promise.resolve(this.#daemon()));
  }

  /** Ctrl-C. */
  interrupt(name: 'SIGINT' | 'SIGTERM' = 'SIGINT'): void {
    this.#interrupt.abort(name);
  }

  /** The reader of stdout has gone. */
  closeOutput(): void {
    this.#outputGone.abort();
  }

  get lines(): Record<string, unknown>[] {
    return this.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  #terminal(): Terminal {
    const tty = this.#options.tty === true;
    const into = (take: (text: string) => void): Writable =>
      new Writable({
        write: (chunk: Buffer, _encoding, done) => {
          take(chunk.toString());
          done();
        },
      });
    const out = into((text) => {
      this.stdout += text;
    });
    const err = into((text) => {
      this.stderr += text;
    });
    return {
      env: this.#options.env ?? {},
      cwd: this.#options.cwd ?? '/',
      stdin: Object.assign(this.stdin, { isTTY: tty }),
      stdout: Object.assign(out, { isTTY: tty, columns: 100 }),
      stderr: Object.assign(err, { isTTY: tty }),
      interrupt: this.#interrupt.signal,
      outputGone: this.#outputGone.signal,
    };
  }

  #daemon(): Daemon {
    const open = (way: keyof Daemon, hosting: boolean) => (options: SessionOptions) => {
      this.asked = { way, options };
      const session: EngineSession = {
        api: this.engine,
        hosting,
        close: () => {
          this.closed += 1;
          return Promise.resolve();
        },
      };
      return Promise.resolve(session);
    };
    const { hosting = false, alone = false } = this.#options;
    return {
      attach: alone ? () => Promise.resolve(null) : open('attach', false),
      attachOrHost: open('attachOrHost', hosting),
      attachOrState: open('attachOrState', false),
      hostEngine: alone
        ? open('hostEngine', true)
        : () => Promise.reject(new Failure('home-in-use', { subject: '/home' })),
    };
  }
}
