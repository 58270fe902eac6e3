import { stat } from 'node:fs/promises';
import type { Visibility } from '../shared/device.ts';
import type { SettingsChange } from '../shared/engine-api.ts';
import { Failure, toFailure } from '../shared/failure.ts';
import type { SettingsView } from '../shared/settings.ts';
import type { EngineOptions } from './engine-options.ts';
import type { SettingsStore } from './state/settings.ts';

export interface LiveSettingsParts {
  readonly store: SettingsStore;
  /** What the host was told by flags, which win while it runs; null leaves it to the settings. */
  readonly flags: Pick<EngineOptions, 'inbox' | 'accept' | 'port'>;
  readonly defaults: { readonly visibility: Visibility; readonly inbox: string; readonly port: number };
  /** Where this device listens now; 0 before it does. */
  readonly listeningPort: () => number;
  /** Listens on another port. Throws Failure, and nothing has changed then. */
  readonly rebind: (port: number) => Promise<void>;
  /** After every change; only then is the new view what holds. */
  readonly onChange: (now: SettingsView, before: SettingsView) => void;
}

/** The settings that hold: flags over what a person chose over defaults. Every change takes effect at once. */
export class LiveSettings {
  readonly #parts: LiveSettingsParts;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(parts: LiveSettingsParts) {
    this.#parts = parts;
  }

  view(): SettingsView {
    const { store, flags, defaults, listeningPort } = this.#parts;
    const chosen = store.current();
    return {
      visibility: chosen.visibility ?? defaults.visibility,
      inbox: flags.inbox ?? chosen.inbox ?? defaults.inbox,
      accept: flags.accept ?? chosen.accept ?? 'ask',
      port: listeningPort() || this.wantedPort(),
      limitBytesPerSecond: chosen.limitBytesPerSecond ?? null,
      gentleBytesPerSecond: chosen.gentleBytesPerSecond ?? null,
      streams: chosen.streams ?? 'auto',
      theme: chosen.theme ?? 'system',
      contrast: chosen.contrast ?? 'system',
      language: chosen.language ?? 'system',
      startAtLogin: chosen.startAtLogin ?? false,
      notify: chosen.notify ?? true,
      history: chosen.history ?? true,
    };
  }

  /** Port to listen on at the start; 0 is a free one. */
  wantedPort(): number {
    const { store, flags, defaults } = this.#parts;
    return flags.port ?? store.current().port ?? defaults.port;
  }

  /** One after the other; one that fails changes nothing. @throws Failure `usage`, `port-taken` and others. */
  async update(change: SettingsChange): Promise<SettingsView> {
    const result = this.#queue.then(() => this.#update(change));
    this.#queue = result.catch(() => undefined);
    return await result;
  }

  async #update(change: SettingsChange): Promise<SettingsView> {
    const { store, flags, listeningPort, rebind, onChange } = this.#parts;
    const before = this.view();
    store.check(change);
    if (change.inbox !== undefined) await checkFolder(change.inbox);
    const oldPort = listeningPort();
    const isMoving = change.port !== undefined && flags.port === null && change.port !== oldPort;
    if (isMoving && change.port !== undefined) await rebind(change.port);
    try {
      await store.update(change);
    } catch (error) {
      if (isMoving) await rebind(oldPort);
      throw error;
    }
    const now = this.view();
    onChange(now, before);
    return now;
  }
}

/** An inbox is made when something comes; what must not be is that something else has its place. */
async function checkFolder(path: string): Promise<void> {
  try {
    if ((await stat(path)).isDirectory()) return;
  } catch (error) {
    const failure = toFailure(error, path);
    if (failure.code === 'vanished') return;
    throw failure;
  }
  throw new Failure('destination-not-folder', { subject: path });
}
