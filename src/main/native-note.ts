import { Notification } from 'electron';
import type { HostNote } from '../shared/host-api.ts';
import type { ShownNote } from './notes.ts';

/** A notification of the system; null where it has none. */
export function makeNativeNote(note: HostNote): ShownNote | null {
  if (!Notification.isSupported()) return null;
  const shown = new Notification({
    title: note.title,
    body: note.body,
    actions: note.actions.map(({ label }) => ({ type: 'button', text: label })),
  });
  return {
    show: () => shown.show(),
    close: () => shown.close(),
    onClick: (listener) => void shown.once('click', listener),
    onAction: (listener) => void shown.once('action', ({ actionIndex }) => listener(actionIndex)),
    onFailed: (listener) => void shown.once('failed', listener),
    onClosed: (listener) => void shown.once('close', listener),
  };
}
