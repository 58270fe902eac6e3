import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A program of the system and what to ask it: which of its networks cost by the amount. */
export interface MeteredProgram {
  readonly command: string;
  readonly args: readonly string[];
}

/** NetworkManager's own. Elsewhere nobody can be asked without more than a program. */
const NMCLI: MeteredProgram = {
  command: 'nmcli',
  args: ['-t', '-f', 'GENERAL.DEVICE,GENERAL.METERED', 'device', 'show'],
};

const TIMEOUT_MS = 1_500;
const MAX_OUTPUT_BYTES = 256 * 1024;
/** A telephone is joined within seconds, but a program is started for each look. */
const FRESH_MS = 15_000;

/** The interfaces of `nmcli -t` that are metered, also where NetworkManager only takes them for it. */
export function parseMetered(text: string): ReadonlySet<string> {
  const metered = new Set<string>();
  let device: string | null = null;
  for (const line of text.split('\n')) {
    const [, field, value = ''] = /^GENERAL\.(DEVICE|METERED):(.*)$/.exec(line.trimEnd()) ?? [];
    if (field === 'DEVICE') device = value.replaceAll('\\:', ':');
    else if (field === 'METERED' && device !== null && value.startsWith('yes')) metered.add(device);
  }
  return metered;
}

/** Which interfaces of this machine are metered, as its system knows; where it does not know, none. */
export class MeteredInterfaces {
  readonly #program: MeteredProgram | null;
  readonly #nowMs: () => number;
  #known: ReadonlySet<string> = new Set();
  #readAtMs = Number.NEGATIVE_INFINITY;
  /** The program is not there: it is not looked for again. */
  #isMissing = false;

  constructor(
    program: MeteredProgram | null = process.platform === 'linux' ? NMCLI : null,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#program = program;
    this.#nowMs = nowMs;
  }

  /** Never throws. */
  async read(): Promise<ReadonlySet<string>> {
    const isFresh = this.#nowMs() - this.#readAtMs < FRESH_MS;
    if (this.#program === null || this.#isMissing || isFresh) return this.#known;
    this.#readAtMs = this.#nowMs();
    const { command, args } = this.#program;
    try {
      const env = { ...process.env, LC_ALL: 'C' };
      const limits = { timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES, windowsHide: true };
      const { stdout } = await run(command, [...args], { env, ...limits });
      this.#known = parseMetered(stdout);
    } catch (error) {
      this.#isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      this.#known = new Set();
    }
    return this.#known;
  }
}
