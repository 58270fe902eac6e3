import type { HostApi, PickedItems } from '../../shared/host-api.ts';

/** Lets a person choose files; null when they thought better of it. Must be called from a click or key. */
function pick(what: 'files' | 'folders'): Promise<PickedItems | null> {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.webkitdirectory = what === 'folders';
  return new Promise((resolve) => {
    input.addEventListener('cancel', () => resolve(null), { once: true });
    input.addEventListener(
      'change',
      () => resolve(input.files === null ? null : { kind: 'files', files: [...input.files] }),
      { once: true },
    );
    input.click();
  });
}

/** What a browser can do of the host's work: notifications of the page, and a pick. */
export function createBrowserHost(): HostApi {
  const notes = new Map<string, Notification>();
  let listener: Parameters<HostApi['onCommand']>[0] = () => undefined;
  return {
    kind: 'browser',
    platform: 'web',
    pickFiles: pick,
    pickFolder: () => Promise.resolve(null),
    pathsOf: () => [],
    showInFolder: () => undefined,
    startDrag: () => undefined,
    notify(note) {
      if (!('Notification' in globalThis) || Notification.permission !== 'granted') {
        listener({ kind: 'note-failed', note: note.id });
        return;
      }
      const shown = new Notification(note.title, { body: note.body, tag: note.id });
      shown.addEventListener('click', () => {
        window.focus();
        listener({ kind: 'note-pressed', note: note.id, action: null });
      });
      notes.set(note.id, shown);
    },
    dismissNote(id) {
      notes.get(id)?.close();
      notes.delete(id);
    },
    // The title counts by itself; a page has neither tray nor badge.
    setActivity: () => undefined,
    setPreferences: () => undefined,
    onCommand(next) {
      listener = next;
    },
  };
}
