import type { HostNote } from '../shared/host-api.ts';

/** A system notification as the shell uses it; Electron's class fits. */
export interface ShownNote {
  show(): void;
  close(): void;
  onClick(listener: () => void): void;
  onAction(listener: (index: number) => void): void;
  onFailed(listener: () => void): void;
  /** Taken away by the person, the system or by {@link ShownNote.close}. */
  onClosed(listener: () => void): void;
}

export interface NoteHooks {
  /** Makes a notification of this text; null where the system has none. */
  readonly make: (note: HostNote) => ShownNote | null;
  readonly onPressed: (note: string, action: string | null) => void;
  readonly onFailed: (note: string) => void;
}

/** More at once than a person would read; the oldest goes. */
const MAX_SHOWN = 20;

/** Owner of the notifications that are shown; without an owner the system forgets their buttons. */
export class Notes {
  readonly #hooks: NoteHooks;
  readonly #shown = new Map<string, ShownNote>();

  constructor(hooks: NoteHooks) {
    this.#hooks = hooks;
  }

  /** Shows `note`, in place of one with the same id. What cannot be shown is told as failed. */
  show(note: HostNote): void {
    this.dismiss(note.id);
    const shown = this.#hooks.make(note);
    if (shown === null) {
      this.#hooks.onFailed(note.id);
      return;
    }
    this.#shown.set(note.id, shown);
    const forget = (): boolean => this.#shown.get(note.id) === shown && this.#shown.delete(note.id);
    const press = (action: string | null): void => {
      // a button counts once, and none of a note that was replaced
      if (!forget()) return;
      shown.close();
      this.#hooks.onPressed(note.id, action);
    };
    shown.onClick(() => press(null));
    shown.onAction((index) => press(note.actions[index]?.id ?? null));
    shown.onClosed(forget);
    shown.onFailed(() => {
      if (forget()) this.#hooks.onFailed(note.id);
    });
    shown.show();
    const [oldest] = this.#shown.keys();
    if (this.#shown.size > MAX_SHOWN && oldest !== undefined) this.dismiss(oldest);
  }

  dismiss(id: string): void {
    const shown = this.#shown.get(id);
    this.#shown.delete(id);
    shown?.close();
  }

  dismissAll(): void {
    for (const id of [...this.#shown.keys()]) this.dismiss(id);
  }
}
