import { useEffect } from 'react';
import { useStore } from 'zustand';
import { escapeText } from '../../shared/escape.ts';
import { useTranslate } from '../i18n/translate.ts';
import { useApp, useEngine } from '../store/app-context.ts';
import { hostNewsStore, noteSeen } from '../store/host-news.ts';
import { REQUEST_NOTE } from '../store/note-ids.ts';

/**
 * Which device this window is of, and how much waits: requests, and what the system could not notify of. That is
 * what a tab says while another is in front.
 */
export function usePageTitle(): void {
  const t = useTranslate();
  const { host } = useApp();
  const name = useEngine((state) => state.device.name);
  const requests = useEngine((state) => Object.keys(state.offers).length);
  const unseen = useStore(
    hostNewsStore,
    ({ unseenNotes }) => unseenNotes.filter((note) => !note.startsWith(REQUEST_NOTE)).length,
  );
  const count = requests + unseen;
  const shown = host.kind === 'browser' ? t('common.inBrowser', { name: escapeText(name) }) : t('app.name');
  useEffect(() => {
    document.title = count > 0 ? `(${count}) ${shown}` : shown;
  }, [shown, count]);
  useEffect(() => {
    const look = () => noteSeen();
    window.addEventListener('focus', look);
    return () => window.removeEventListener('focus', look);
  }, []);
}
