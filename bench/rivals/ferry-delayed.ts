import { mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type FerryRun, type JsonLine, runFerry } from '../../tools/ferry-process.ts';
import { DelayProxy } from '../delay-proxy.ts';
import type { Copied, StartRival } from '../rival.ts';

/** 40 ms there and back, and what one connection may have under way meanwhile. */
const LONG_WAY = { delayMs: 20, windowBytes: 256 * 1024 };
/** A small file beside the data, for those who take forty times as long. */
export const PART_NAME = 'part.bin';

function failed(what: string, { code, lines, stderr }: FerryRun): Error {
  return new Error(`${what} ended with ${code}: ${JSON.stringify(lines.at(-1))} ${stderr.slice(-500)}`);
}

/**
 * Ferry over a long way with a small window for each connection: one command waits with a code, the other fetches
 * through the proxy. `streams` as the flag takes it; with `isPart` only the small file is copied.
 */
export function ferryDelayed(name: string, streams: string, isPart = false): StartRival {
  return (folder) => {
    for (const path of ['home-a', 'home-b', 'in']) mkdirSync(join(folder, path), { recursive: true });
    const copy = async (data: string, onStart: (pid: number) => void): Promise<Copied> => {
      const source = isPart ? join(dirname(data), PART_NAME) : data;
      const waiting = Promise.withResolvers<JsonLine>();
      const sending = runFerry({
        args: ['send', source, '--json'],
        home: join(folder, 'home-a'),
        onStart,
        onLine: (line) => (line.kind === 'waiting' ? waiting.resolve(line) : undefined),
      });
      const ended = sending.then((run) => Promise.reject<JsonLine>(failed('ferry send', run)));
      const line = await Promise.race([waiting.promise, ended]);
      ended.catch(() => undefined);
      const port = Number(/:(\d+)$/.exec(String((line['addresses'] as string[])[0]))?.[1]);
      const proxy = await DelayProxy.start(port, LONG_WAY);
      try {
        const received = await runFerry({
          args: [
            'receive',
            '-a',
            `127.0.0.1:${proxy.port}`,
            join(folder, 'in'),
            '--json',
            '--streams',
            streams,
          ],
          home: join(folder, 'home-b'),
          env: { FERRY_CODE: String(line['code']) },
        });
        const result = received.lines.at(-1);
        if (received.code !== 0 || result === undefined) throw failed('ferry receive', received);
        await sending;
        const [seconds, bytes] = [Number(result['seconds']), Number(result['bytes'])];
        return {
          copy: { source, path: join(folder, 'in', basename(source)) },
          sender: null,
          measured: { bytes, seconds },
        };
      } finally {
        await proxy.close();
      }
    };
    return Promise.resolve({
      name,
      daemonPid: null,
      senderPid: null,
      copy,
      stop: () => Promise.resolve(null),
    });
  };
}
