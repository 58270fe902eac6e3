import { networkInterfaces } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Address, DeviceView } from '../shared/device.ts';
import { freeBytes } from './disk/free-space.ts';

/** Interfaces come and go without notice. */
const NETWORK_STEP_MS = 2_000;
const SPACE_STEP_MS = 10_000;
/** How long an answer waits for the free space. */
const PATIENCE_MS = 500;
/** Free space is told when it has changed by more than this part of what was told last. */
const TOLD_CHANGE = 0.01;

export interface DeviceStatusParts {
  readonly inbox: () => string;
  /** Whether anybody would hear a change. */
  readonly isWatched: () => boolean;
  /** Whether devices cannot be looked for although there is a network. */
  readonly isDeaf: () => boolean;
  readonly addresses: () => readonly Address[];
  readonly onChange: () => void;
  readonly freeBytes?: (path: string) => Promise<number | null>;
  readonly interfaces?: () => ReturnType<typeof networkInterfaces>;
}

/** What of this device changes by itself: its networks and the space in its inbox. Looked at while somebody watches. */
export class DeviceStatus {
  readonly #parts: DeviceStatusParts;
  #freeBytes: number | null = null;
  /** Of which folder `#freeBytes` is. */
  #of: string | null = null;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #told = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: DeviceStatusParts) {
    this.#parts = parts;
  }

  /** Begins to look. The owner stops it. */
  start(): void {
    this.#told = this.#networkText();
    this.#timer = setInterval(() => {
      if (!this.#parts.isWatched()) return;
      this.#lookAtNetwork();
      if (performance.now() - this.#readAtMs >= SPACE_STEP_MS) void this.lookAtSpace();
    }, NETWORK_STEP_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Null before it was looked at, or when it cannot be told. */
  get inboxFreeBytes(): number | null {
    return this.#of === this.#parts.inbox() ? this.#freeBytes : null;
  }

  get network(): DeviceView['network'] {
    const { isDeaf, interfaces = networkInterfaces } = this.#parts;
    const isUp = Object.values(interfaces()).some((infos) => infos?.some((info) => !info.internal) === true);
    if (!isUp) return 'none';
    return isDeaf() ? 'no-discovery' : 'ok';
  }

  /** Looks at the free space now, unless it has just been looked at; who answers a question awaits it. */
  async fresh(): Promise<void> {
    const isFresh = this.#of === this.#parts.inbox() && performance.now() - this.#readAtMs < SPACE_STEP_MS;
    // A file system that does not answer must not hold up whoever asks.
    if (!isFresh) await Promise.race([this.lookAtSpace(), delay(PATIENCE_MS, undefined, { ref: false })]);
  }

  /** Looks at the free space: after a job has ended, or the inbox is another folder. */
  async lookAtSpace(): Promise<void> {
    const inbox = this.#parts.inbox();
    this.#readAtMs = performance.now();
    const found = await (this.#parts.freeBytes ?? freeBytes)(inbox);
    if (inbox !== this.#parts.inbox()) return;
    const isOther = this.#of !== inbox || isFarFrom(found, this.#freeBytes);
    if (!isOther) return;
    this.#of = inbox;
    this.#freeBytes = found;
    this.#parts.onChange();
  }

  #lookAtNetwork(): void {
    const text = this.#networkText();
    if (text === this.#told) return;
    this.#told = text;
    this.#parts.onChange();
  }

  #networkText(): string {
    return [this.network, ...this.#parts.addresses()].join(' ');
  }
}

function isFarFrom(found: number | null, told: number | null): boolean {
  if (found === null || told === null) return found !== told;
  return Math.abs(found - told) > told * TOLD_CHANGE;
}
