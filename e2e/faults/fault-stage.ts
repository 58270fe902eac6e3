import { createSeeded, type Seeded } from '../../tools/trees/seeded.ts';
import type { FaultMode } from './fault-row.ts';
import { FaultWorld, type FaultWorldOptions } from './fault-world.ts';

/** What a run of a row may be given. */
export interface RunWishes {
  /** Where its random choices come from. */
  readonly seed: string;
  readonly untilMs: number;
}

/** What one run of a row works with: chance, counts, and worlds that are checked and given back after it. */
export class FaultStage {
  readonly mode: FaultMode;
  readonly random: Seeded;
  readonly notes: string[] = [];
  readonly #worlds: FaultWorld[] = [];
  readonly #wanted: number;
  readonly #untilMs: number;
  attempts = 0;
  faults = 0;

  /** After `untilMs`, Unix ms, what has happened is enough, if anything has. */
  constructor(id: string, mode: FaultMode, wanted: number, { seed, untilMs }: RunWishes) {
    this.mode = mode;
    this.#wanted = wanted;
    this.#untilMs = untilMs;
    this.random = createSeeded(`${seed} ${id}`);
  }

  /** How often the fault has to happen. */
  get wanted(): number {
    return Date.now() < this.#untilMs ? this.#wanted : Math.min(this.#wanted, Math.max(1, this.faults));
  }

  /** Two paired devices in processes of their own; checked and closed when the row is over. */
  async world(options: FaultWorldOptions = {}): Promise<FaultWorld> {
    const world = await FaultWorld.create(options);
    this.#worlds.push(world);
    return world;
  }

  /** An attempt was made; `happened` says how many faults really came of it. */
  attempt(happened = 1): void {
    this.attempts += 1;
    this.faults += happened;
  }

  /** For a program of its own that chooses by chance. */
  newSeed(): string {
    return String(this.random.nextInt(1_000_000_000));
  }

  note(text: string): void {
    this.notes.push(text);
  }

  /** Up to so many milliseconds, by chance. */
  async wait(mostMs: number): Promise<void> {
    await pause(this.random.nextInt(mostMs + 1));
  }

  /** I1 to I8 in every world that is still open. @throws Error that names what does not hold. */
  async check(): Promise<void> {
    for (const world of this.#worlds) await world.check(this.mode);
  }

  /** What the devices that still run logged last. */
  lastLogged(): string {
    return this.#worlds.map((world) => world.lastLogged()).join('');
  }

  async close(): Promise<void> {
    for (const world of this.#worlds.splice(0)) await world.close();
  }
}

export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
