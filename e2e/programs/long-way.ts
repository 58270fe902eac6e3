/** A delayed way to a port of this machine: `long-way.ts PORT DELAY_MS WINDOW_BYTES`. Prints where it listens. */
import { DelayProxy } from '../../bench/delay-proxy.ts';

const [port = 0, delayMs = 0, windowBytes = 0] = process.argv.slice(2).map(Number);
const proxy = await DelayProxy.start(port, { delayMs, windowBytes });
process.stdout.write(`${JSON.stringify({ kind: 'ready', port: proxy.port })}\n`);
