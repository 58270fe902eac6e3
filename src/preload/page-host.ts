import type { HostApi, HostCommand, HostPlatform, PickedItems } from '../shared/host-api.ts';
import type { HostAsked, HostTold } from '../shared/host-messages.ts';

/** The shell, as the preload reaches it. */
export interface ShellWire {
  tell(message: HostTold): void;
  ask(message: HostAsked): Promise<unknown>;
  onCommand(listener: (command: HostCommand) => void): void;
  /** Absolute path of a dropped file, '' where it has none. */
  pathOf(file: File): string;
}

const PLATFORMS: Readonly<Partial<Record<NodeJS.Platform, HostPlatform>>> = {
  darwin: 'mac',
  win32: 'windows',
};

function toPaths(answer: unknown): readonly string[] | null {
  if (!Array.isArray(answer) || answer.length === 0) return null;
  return answer.filter((one): one is string => typeof one === 'string');
}

/** What the page gets: narrow verbs over `wire`, and nothing of Electron. */
export function createPageHost(wire: ShellWire, platform: NodeJS.Platform): HostApi {
  const { tell } = wire;
  const host: HostApi = {
    kind: 'desktop',
    platform: PLATFORMS[platform] ?? 'linux',
    async pickFiles(what): Promise<PickedItems | null> {
      const paths = toPaths(await wire.ask({ kind: 'pick-files', what }));
      return paths === null ? null : { kind: 'paths', paths };
    },
    async pickFolder(startAt) {
      return toPaths(await wire.ask({ kind: 'pick-folder', startAt }))?.[0] ?? null;
    },
    pathsOf: (files) => files.map((file) => wire.pathOf(file)),
    showInFolder: (path) => tell({ kind: 'show-in-folder', path }),
    startDrag: (paths) => tell({ kind: 'start-drag', paths }),
    notify: (note) => tell({ kind: 'notify', note }),
    dismissNote: (id) => tell({ kind: 'dismiss-note', id }),
    setActivity: (activity) => tell({ kind: 'activity', activity }),
    setPreferences: (preferences) => tell({ kind: 'preferences', preferences }),
    onCommand(listener) {
      wire.onCommand(listener);
      tell({ kind: 'ready' });
    },
    requestEngine: () => tell({ kind: 'request-engine' }),
  };
  // Linux desktops have no address for a pane of their settings.
  return host.platform === 'linux'
    ? host
    : { ...host, openSystemSettings: (pane) => tell({ kind: 'open-settings', pane }) };
}
