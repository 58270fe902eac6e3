import { once } from 'node:events';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { EngineSession, WebWishes } from '../../daemon/index.ts';
import type { AcceptMode, ShareWish } from '../../engine/engine-options.ts';
import type { DeviceView } from '../../shared/device.ts';
import { escapeText } from '../../shared/escape.ts';
import { EXIT, type ExitCode } from '../../shared/exit-codes.ts';
import { Failure } from '../../shared/failure.ts';
import { ENDED_STATES } from '../../shared/job.ts';
import { isShareName } from '../../shared/share.ts';
import type { Context, Run } from '../context.ts';
import { toReadyLine } from '../lines.ts';
import { offerText } from '../offer-text.ts';
import { parseName } from '../parse-name.ts';
import { parsePort } from '../parse-port.ts';
import { peerLabel } from '../progress-text.ts';
import { resultLines } from '../result-text.ts';
import { toSessionOptions } from '../with-engine.ts';

interface ServeFlags {
  readonly name?: string;
  readonly port?: number;
  readonly listen?: string;
  readonly inbox?: string;
  readonly accept?: AcceptMode;
  /** True: at the default address. */
  readonly web?: string | true;
  readonly webRoot?: string;
  readonly share: readonly ShareWish[];
}

/** NAME=DIR[:ro|rw]; without a word for it, it can only be read. */
function parseShare(text: string, earlier: readonly ShareWish[]): readonly ShareWish[] {
  const [, name = '', dir = '', mode = 'ro'] = /^([^=]+)=(.+?)(?::(ro|rw))?$/s.exec(text) ?? [];
  if (dir === '' || !isShareName(name)) {
    throw new InvalidArgumentError('A share is NAME=DIR, NAME=DIR:ro or NAME=DIR:rw.');
  }
  return [...earlier, { name, dir, isWritable: mode === 'rw' }];
}

export function addServeCommand(program: Command, run: Run): void {
  program
    .command('serve')
    .description('run this device until it is stopped')
    .option('--name <name>', 'name that others see', parseName)
    .option(
      '--port <n>',
      'port to listen on, 0 for a free one (default: the one in the settings, else 3120)',
      parsePort,
    )
    .option('--listen <address>', 'listen on this address only')
    .option('--inbox <dir>', 'folder for what others send')
    .addOption(
      new Option('--accept <who>', 'take offers: ask, from all paired devices, or none').choices([
        'ask',
        'paired',
        'none',
      ]),
    )
    .addOption(
      new Option('--share <name=dir>', 'folder that others may use').argParser(parseShare).default([]),
    )
    .option('--web [host:port]', 'serve the app to browsers on this machine (127.0.0.1:3121)')
    .option('--web-root <dir>', 'folder that the page may look into beside the inbox')
    .action((flags: ServeFlags) => run((context) => serve(context, flags)));
}

async function serve(context: Context, flags: ServeFlags): Promise<ExitCode> {
  const daemon = await context.loadDaemon();
  const options = toSessionOptions(context, {
    port: flags.port ?? null,
    listen: flags.listen ?? null,
    name: flags.name ?? null,
    inbox: flags.inbox === undefined ? null : resolve(context.terminal.cwd, flags.inbox),
    accept: flags.accept ?? 'where-answered',
    web: webWishes(context, flags),
    shares: flags.share.map((wish) => ({ ...wish, dir: resolve(context.terminal.cwd, wish.dir) })),
    takesUpJobs: true,
  });
  const session = await daemon.hostEngine(options, context.signal);
  try {
    showWhatHappens(context, session);
    const device = await session.api.call('device.get', {}, context.signal);
    const web = flags.web === undefined ? null : (await session.api.call('web.link', {}, context.signal)).url;
    const { accept } = await session.api.call('settings.get', {}, context.signal);
    const asksWhoIsThere = flags.accept === undefined && accept === 'ask';
    context.output.fact(toReadyLine(device, web), readyText(device, asksWhoIsThere, web));
    const failure = await endOf(context, session);
    if (failure !== null) throw failure;
    // a service manager that stops it is the normal end; Ctrl-C ends every command with the same code
    return context.signal.reason === 'SIGTERM' ? EXIT.ok : EXIT.interrupted;
  } finally {
    await session.close(AbortSignal.abort());
  }
}

function webWishes(context: Context, { web, webRoot }: ServeFlags): WebWishes | null {
  if (web === undefined) return null;
  return {
    address: web === true ? '' : web,
    root: webRoot === undefined ? null : resolve(context.terminal.cwd, webRoot),
  };
}

async function endOf(context: Context, session: EngineSession): Promise<Failure | null> {
  const ended = session.api.closed.then((failure) => failure ?? new Failure('interrupted'));
  if (context.signal.aborted) return null;
  return await Promise.race([ended, once(context.signal, 'abort').then(() => null)]);
}

function readyText(device: DeviceView, asksWhoIsThere: boolean, web: string | null): string {
  const where = device.addresses.map(escapeText).join(', ');
  const page =
    web === null
      ? ''
      : `\nIts page is at ${web}\nThe link works once, for ten minutes; \`ferry web\` prints another.`;
  const answers =
    web === null ? '`ferry offers --watch` runs' : 'its page is open or `ferry offers --watch` runs';
  const hint = asksWhoIsThere
    ? `\nOffers are declined unless ${answers}; --accept ask or paired changes that.`
    : '';
  return `${escapeText(device.name)} is ready at ${where}. What arrives goes to ${escapeText(device.inbox)}.${page}${hint}`;
}

/** For a person who looks at the terminal; scripts ask with `offers --watch` and `jobs`. */
function showWhatHappens(context: Context, session: EngineSession): void {
  const told = new Set<string>();
  session.api.subscribe(({ event }) => {
    if (event.kind === 'offer-added' && !told.has(event.offer.job)) {
      told.add(event.offer.job);
      context.output.text(offerText(event.offer));
    }
    if (
      event.kind === 'job-changed' &&
      ENDED_STATES.has(event.job.state) &&
      !told.has(`end ${event.job.job}`)
    ) {
      told.add(`end ${event.job.job}`);
      for (const line of resultLines(event.job, peerLabel(event.job), false)) context.output.text(line);
    }
  }, context.signal);
}
