import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type FerryRun, runFerry, type ServingFerry, startServe } from './ferry-process.ts';

/** Two devices on this machine: one serves, the other is paired with it and sends. */
export interface TwoDevices {
  readonly receiver: ServingFerry;
  /** Where what was sent arrives. */
  readonly inbox: string;
  /** FERRY_HOME of the sender. */
  readonly senderHome: string;
  /** What the sender calls the receiver. */
  readonly peer: string;
}

function failedBecause(what: string, run: FerryRun): Error {
  const said = run.lines.find((line) => line.kind === 'error')?.['message'];
  const why = typeof said === 'string' ? said : run.stderr.trim();
  return new Error(`${what} failed (exit ${run.code}): ${why}`);
}

interface TwoDevicesOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What runs commands at each end; see `FerryCommand.by`. */
  readonly sender?: readonly string[];
  readonly receiver?: readonly string[];
  /** Where the receiver listens. */
  readonly host?: string;
}

/**
 * Starts a receiver with a home and an inbox below `folder` and pairs a second home with it by an invite,
 * all through the command line. The caller stops `receiver`. Throws when a command fails.
 */
export async function pairTwoDevices(
  folder: string,
  signal: AbortSignal,
  { env = {}, sender = [], receiver: by = [], host = '127.0.0.1' }: TwoDevicesOptions = {},
): Promise<TwoDevices> {
  const receiverHome = join(folder, 'home-a');
  const senderHome = join(folder, 'home-b');
  const inbox = join(folder, 'inbox');
  for (const path of [receiverHome, senderHome, inbox]) mkdirSync(path, { mode: 0o700 });

  const listen = ['--port', '0', '--listen', host];
  const serveArgs = [...listen, '--inbox', inbox, '--accept', 'paired', '--name', 'Receiver'];
  const receiver = await startServe({ args: serveArgs, home: receiverHome, env, signal, by });
  try {
    const invite = await runFerry({ args: ['invite', '--json'], home: receiverHome, signal, by });
    const code = invite.lines.find((line) => line.kind === 'invite')?.['code'];
    if (invite.code !== 0 || typeof code !== 'string') throw failedBecause('ferry invite', invite);
    const join = await runFerry({
      args: ['join', `${host}:${receiver.port}`, '--json'],
      home: senderHome,
      by: sender,
      env: { FERRY_CODE: code },
      signal,
    });
    if (join.code !== 0) throw failedBecause('ferry join', join);
    return { receiver, inbox, senderHome, peer: receiver.deviceId };
  } catch (error) {
    await receiver.stop();
    throw error;
  }
}
